"""Runs functions on Maya's thread; the double has no other."""


def executeDeferred(function, *arguments):
    """Calls the function immediately."""
    function(*arguments)


def executeInMainThreadWithResult(function, *arguments):
    """Calls the function immediately."""
    return function(*arguments)
