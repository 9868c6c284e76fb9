"""How a command of the double runs: written down, and one entry of the undo queue."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from .graph import Current, Scene

LONG = {"q": "query", "e": "edit"}


def command(undoable: bool = True) -> Callable[..., Any]:
    """A function of the scene as a command."""

    def made(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def run(*positional: Any, **named: Any) -> Any:
            scene: Scene = Current.scene
            named = {LONG.get(name, name): value for name, value in named.items()}
            scene.calls.append(function.__name__)
            if not undoable or named.get("query"):
                return function(scene, *positional, **named)
            scene.begin(function.__name__)
            try:
                return function(scene, *positional, **named)
            finally:
                scene.end()

        return run

    return made


def names_in(given: tuple[Any, ...]) -> list[str]:
    """Names, however they were handed over."""
    found: list[str] = []
    for one in given:
        found += [one] if isinstance(one, str) else list(one or [])
    return found
