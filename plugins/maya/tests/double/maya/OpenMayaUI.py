"""There is no window."""


class MQtUtil:
    """Finds no controls."""

    @staticmethod
    def findControl(name):
        """Returns None."""
        return None

    @staticmethod
    def getCurrentParent():
        """Returns None."""
        return None
