"""Maya's own thread is the only one here."""


def executeDeferred(function, *arguments):
    """At once."""
    function(*arguments)


def executeInMainThreadWithResult(function, *arguments):
    """At once."""
    return function(*arguments)
