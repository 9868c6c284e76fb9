"""Runs the commands of the double: each is recorded, and is one entry of the undo queue."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from .graph import Current, Scene

LONG = {"q": "query", "e": "edit"}


def command(undoable: bool = True) -> Callable[..., Any]:
    """Decorator that makes a command of a function of the scene."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
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

    return decorate


def names_in(names: tuple[Any, ...]) -> list[str]:
    """The names in strings and lists of strings."""
    found: list[str] = []
    for one in names:
        found += [one] if isinstance(one, str) else list(one or [])
    return found
