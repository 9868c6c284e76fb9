"""Nothing of a window is here."""


class MQtUtil:
    """Finds controls: none."""

    @staticmethod
    def findControl(name):
        """None."""
        return None

    @staticmethod
    def getCurrentParent():
        """None."""
        return None
