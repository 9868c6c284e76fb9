"""Seconds of a sound are converted to frames of a scene."""

from fractions import Fraction

import numpy as np
import pytest
from metaface_host import placement


@pytest.mark.parametrize(
    ("fps", "base", "rate"),
    [
        (24, 1.0, Fraction(24)),
        (24, 1.0010000467300415, Fraction(24000, 1001)),
        (24, 1.001001, Fraction(24000, 1001)),
        (30, 1.001, Fraction(30000, 1001)),
        (60, 1.001, Fraction(60000, 1001)),
        (12, 1.0, Fraction(12)),
        (25, 2.0, Fraction(25, 2)),
    ],
)
def test_a_scene_rate_is_exact_however_it_was_typed(fps, base, rate):
    assert placement.exact_rate(fps / base) == rate


@pytest.mark.parametrize(("fps", "whole"), [(23.976, 24), (29.97, 30), (47.952, 48), (59.94, 60), (119.88, 120)])
def test_three_decimals_are_enough_for_an_exact_rate(fps, whole):
    assert placement.exact_rate(fps) == Fraction(whole * 1000, 1001)


def test_an_hour_at_23_976_does_not_drift():
    placed = placement.Placement.untrimmed(1.0, 3600.0, Fraction(24000, 1001))
    _, frames = placed.local_frames(216_001, Fraction(60))
    assert frames[-1] == pytest.approx(3600 * 24000 / 1001, abs=1e-6)


def test_the_same_rate_puts_every_sample_on_a_frame():
    placed = placement.Placement.untrimmed(10.0, 2.0, Fraction(24000, 1001))
    chosen, frames = placed.local_frames(49, Fraction(24000, 1001))
    assert (chosen.start, chosen.stop) == (0, 49)
    np.testing.assert_array_equal(frames, np.arange(49))


def test_only_the_audible_part_of_a_trimmed_sound_is_used():
    placed = placement.Placement(0.0, 24.0, 48.0, Fraction(24))
    chosen, frames = placed.local_frames(1000, Fraction(60))
    assert frames[0] == pytest.approx(24.0) and frames[-1] == pytest.approx(48.0)
    assert chosen.start == 60 and chosen.stop == 121


def test_a_trimmed_sound_has_the_samples_of_its_audible_part():
    placed = placement.Placement(90.0, 100.0, 110.0, Fraction(24))
    chosen, frames = placed.local_frames(200, Fraction(24))
    assert (chosen.start, chosen.stop) == (10, 21) and (frames[0], frames[-1]) == (10.0, 20.0)


def test_a_sound_beyond_its_end_has_no_frames():
    placed = placement.Placement(0.0, 500.0, 600.0, Fraction(24))
    chosen, frames = placed.local_frames(10, Fraction(24))
    assert len(frames) == 0 and chosen.stop - chosen.start == 0


def test_the_audible_part_is_in_seconds_of_the_file():
    assert placement.Placement.untrimmed(101.5, 3.0, Fraction(30000, 1001)).audible == pytest.approx((0.0, 3.0))
    assert placement.Placement(90.0, 100.0, 110.0, Fraction(24)).audible == pytest.approx((10 / 24, 20 / 24))


def test_spans_that_only_touch_do_not_overlap():
    assert not placement.overlap((0.0, 10.0), (10.0, 20.0))
    assert placement.overlap((0.0, 10.1), (10.0, 20.0))
