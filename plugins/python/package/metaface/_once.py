"""The whole way in one call."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence

from metaface._metaface import Animator, Clip, Sound, Speaker
from metaface._types import FrameRateLike, Path, Progress

_animators: dict[str, Animator] = {}
_opening = threading.Lock()


def _unlock_in_a_forked_child() -> None:
    """The thread that was opening a model stayed behind, and cannot give its lock back."""
    global _opening
    _opening = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unlock_in_a_forked_child)


def _animator(device: str) -> Animator:
    with _opening:
        if device not in _animators:
            _animators[device] = Animator(device)
        return _animators[device]


def animate(
    sound: Path | Sound,
    *,
    speaker: Path | Speaker | None = None,
    speaker_strength: float = 1.0,
    device: str = "auto",
    name: str | None = None,
    fps: FrameRateLike = 30,
    seed: int = 7,
    strength: float = 1.0,
    gains: str = "",
    smoothing: float | None = None,
    liveliness: float = 1.0,
    head: bool = True,
    eyes: bool = True,
    progress: Progress | None = None,
) -> Clip:
    """Animates a sound in one line; one Animator for each device is kept for the next.

    speaker: whose way of moving, the average speaker's without one.
    speaker_strength: 0 is the average speaker, 1 this one, up to 2 exaggerates.
    device: "cpu", "cuda", or "auto".
    The other options are those of Animator.animate.
    Raises Error ("read", "file", "speaker", "argument", "device", "cancelled").

    >>> metaface.animate("line.wav", speaker="anna.speaker").save("line.glb")
    ['line.glb']
    """
    animator = _animator(device)
    if speaker is not None:
        animator = animator.speaking_as(speaker, speaker_strength)
    return animator.animate(
        sound,
        name=name,
        fps=fps,
        seed=seed,
        strength=strength,
        gains=gains,
        smoothing=smoothing,
        liveliness=liveliness,
        head=head,
        eyes=eyes,
        progress=progress,
    )


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
    """Learns how a person moves, in one line; the options are those of Animator.learn.

    >>> metaface.learn([("anna.wav", "anna.csv")], name="Anna", instant=True).name
    'Anna'
    """
    return _animator(device).learn(
        takes, name=name, instant=instant, consent=consent, licence=licence, progress=progress
    )


for _public in (animate, learn):
    _public.__module__ = "metaface"
