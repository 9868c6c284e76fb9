"""What goes wrong in the library."""

from __future__ import annotations


class Error(RuntimeError):
    """What went wrong; the message names the file and the remedy.

    >>> try:
    ...     metaface.Clip.open("missing.csv")
    ... except metaface.Error as error:
    ...     print(error.kind)
    read
    """

    kind: str
    """For programs: "argument" (a value out of its range), "read", "write" (the operating system
    could not), "file" (damaged, or not what its name says), "speaker" (cannot be used or learned),
    "device" (CUDA was asked for and cannot be used), "cancelled", or "internal" (a fault of
    MetaFace itself; please report it)."""

    def __init__(self, message: str, kind: str = "internal") -> None:
        super().__init__(message)
        self.kind = kind

    def __reduce__(self) -> tuple[type[Error], tuple[str, str]]:
        return type(self), (str(self), self.kind)


class Cancelled(Error):
    """A progress function returned False."""

    def __init__(self, message: str, kind: str = "cancelled") -> None:
        super().__init__(message, kind)


for _public in (Error, Cancelled):
    _public.__module__ = "metaface"
