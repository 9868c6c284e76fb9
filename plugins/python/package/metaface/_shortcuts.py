"""Animating and learning in one call."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import Unpack

from metaface._metaface import Animator, Clip, Sound, Speaker
from metaface._options import AnimationOptions
from metaface._types import Path, Progress

_animators: dict[str, Animator] = {}
_animators_lock = threading.Lock()


def _replace_lock_after_fork() -> None:
    """A thread that held the lock does not exist in the forked child and cannot release it."""
    global _animators_lock
    _animators_lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_replace_lock_after_fork)


def _animator(device: str) -> Animator:
    with _animators_lock:
        if device not in _animators:
            _animators[device] = Animator(device)
        return _animators[device]


def animate(
    sound: Path | Sound,
    *,
    speaker: Path | Speaker | None = None,
    style_strength: float = 1.0,
    device: str = "auto",
    name: str | None = None,
    progress: Progress | None = None,
    **options: Unpack[AnimationOptions],
) -> Clip:
    """Animates a sound in one call. Animators are cached, one per device.

    speaker: a Speaker or a speaker file; defaults to the average speaker.
    style_strength: 0 is the average speaker, 1 the speaker, up to 2 exaggerates.
    device: "cpu", "cuda", or "auto".
    For the other options, see Animator.animate.
    Raises Error ("read", "file", "speaker", "argument", "device", "cancelled").

    >>> metaface.animate("line.wav", speaker="anna.speaker").save("line.glb")
    ['line.glb']
    """
    animator = _animator(device)
    if speaker is not None:
        animator = animator.with_speaker(speaker, style_strength)
    return animator.animate(sound, name=name, progress=progress, **options)


def learn(
    takes: Sequence[tuple[Path | Sound, Path | Clip]],
    *,
    name: str,
    device: str = "auto",
    instant: bool = False,
    consent: str = "",
    licence: str = "",
    progress: Progress | None = None,
) -> Speaker:
    """Learns a speaker in one call; for the options, see Animator.learn.

    >>> metaface.learn([("anna.wav", "anna.csv")], name="Anna", instant=True).name
    'Anna'
    """
    return _animator(device).learn(
        takes, name=name, instant=instant, consent=consent, licence=licence, progress=progress
    )


for _public in (animate, learn):
    _public.__module__ = "metaface"
