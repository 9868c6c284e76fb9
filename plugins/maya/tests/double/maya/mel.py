"""The few MEL expressions that the plug-in evaluates."""


def eval(text):  # noqa: A001
    """The names of controls of Maya's window."""
    if "$gPlayBackSlider" in text:
        return "MayaWindow|timeControl"
    if "$gMainProgressBar" in text:
        return "MayaWindow|progressBar"
    if "buildDeferredMenus" in text:
        return None
    if "$gMainWindow" in text:
        # The variable is not declared yet while Auto Load loads plug-ins.
        if "global string $gMainWindow" not in text:
            raise RuntimeError('"$gMainWindow" is an undeclared variable.')
        return "MayaWindow"
    raise RuntimeError(f"the double does not support: {text}")
