"""The exceptions of the package."""

from __future__ import annotations


class Error(RuntimeError):
    """An error of MetaFace; the message names the file and the remedy.

    >>> try:
    ...     metaface.Clip.open("missing.csv")
    ... except metaface.Error as error:
    ...     print(error.kind)
    read
    """

    kind: str
    """For programs: "argument" (a value is out of range), "read", "write" (the operating system
    could not), "file" (damaged, or not of the format of its name), "speaker" (cannot be used or
    learned), "device" (CUDA was requested and cannot be used), "cancelled", or "internal" (an
    internal error of MetaFace; please report it)."""

    def __init__(self, message: str, kind: str = "internal") -> None:
        super().__init__(message)
        self.kind = kind

    def __reduce__(self) -> tuple[type[Error], tuple[str, str]]:
        return type(self), (str(self), self.kind)


class Cancelled(Error):
    """A progress callback returned False."""

    def __init__(self, message: str, kind: str = "cancelled") -> None:
        super().__init__(message, kind)


for _public in (Error, Cancelled):
    _public.__module__ = "metaface"
