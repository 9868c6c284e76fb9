"""Maya without a window, as in mayapy."""

from model.graph import Current


def initialize(name="python"):
    """Starts Maya without a window."""
    Current.scene.settings["batch"] = True


def uninitialize():
    """Does nothing."""
