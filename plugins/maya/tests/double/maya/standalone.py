"""mayapy."""

from model.graph import Current


def initialize(name="python"):
    """A scene without a window."""
    Current.scene.settings["batch"] = True


def uninitialize():
    """Nothing to do."""
