"""Samples of a performance become keys with fades."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from metaface_host import motion, rotations
from metaface_host.placement import Placement

PERFORMANCE = SimpleNamespace(frame_count=25, rate=Fraction(24))


def test_the_fades_lie_outside_the_audible_samples():
    chosen, frames = motion.audible(PERFORMANCE, Placement(100.0, 106.0, 112.0, Fraction(24)))
    assert (chosen.start, chosen.stop) == (6, 13)
    fade = motion.FADE * 24
    assert frames.tolist() == pytest.approx([6 - fade, *range(6, 13), 12 + fade])


def test_a_line_that_is_trimmed_off_has_no_frames():
    assert not len(motion.audible(PERFORMANCE, Placement(0.0, 50.0, 60.0, Fraction(24)))[1])


def test_a_flat_curve_keeps_only_its_ends():
    frames = np.arange(5.0)
    assert [each.tolist() for each in motion.keyed(frames, np.full(5, 0.3))] == [[0.0, 4.0], [0.3, 0.3]]
    assert motion.keyed(frames, frames)[1] is frames


def test_turns_begin_and_end_at_rest_and_stay_within_the_limit():
    at_rest = rotations.of_angles(np.array((0.3, 0.0, 0.0)))
    posed = rotations.of_angles(np.array([(0.5, 0.0, 0.0), (1.3, 0.0, 0.0)]))
    angles = 2.0 * np.arcsin(motion.turns(posed, at_rest)[:, 0])
    assert angles == pytest.approx([0.0, 0.2, 1.0, 0.0])
    limited = motion.turns(posed, at_rest, (0.5, 0.4))
    assert 2.0 * np.arcsin(limited[:, 0]) == pytest.approx([0.0, 0.1, 0.4, 0.0])
