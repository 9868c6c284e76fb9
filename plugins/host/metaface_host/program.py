"""The words for the host program in messages. Each host sets them once, when it is loaded."""

from __future__ import annotations

name = "program"

console = "The console"
"""Where tracebacks are printed."""

install = "install MetaFace for this Python and system"
"""The remedy if the `metaface` package cannot be imported."""
