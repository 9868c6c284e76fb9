"""The few words of MEL that are asked for."""


def eval(text):  # noqa: A001
    """Names of controls of Maya's window."""
    if "$gPlayBackSlider" in text:
        return "MayaWindow|timeControl"
    if "$gMainProgressBar" in text:
        return "MayaWindow|progressBar"
    if "buildDeferredMenus" in text:
        return None
    if "$gMainWindow" in text:
        # While plug-ins load by themselves nothing has declared it.
        if "global string $gMainWindow" not in text:
            raise RuntimeError('"$gMainWindow" is an undeclared variable.')
        return "MayaWindow"
    raise RuntimeError(f"unknown here: {text}")
