"""What a speaker can be learned from."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from metaface_host import learning
from metaface_host.errors import UserError
from metaface_host.placement import Placement

SECONDS = Placement.untrimmed(10.0, 2.0, Fraction(24))


def clip(values):
    return lambda: SimpleNamespace(values=np.array(values))


def test_a_take_has_the_audible_seconds_and_the_motion():
    take = learning.reference_take("Hero", "/show/a.wav", SECONDS, clip([[0.0], [0.5]]))
    assert take.audible == (0.0, 2.0) and take.clip.values[1, 0] == 0.5


def test_a_sound_that_is_too_short_is_an_error_before_the_motion_is_sampled():
    short = Placement.untrimmed(10.0, 0.4, Fraction(24))
    with pytest.raises(UserError, match="a.wav: only 0.4 s are audible"):
        learning.reference_take("Hero", "/show/a.wav", short, lambda: pytest.fail("sampled"))


def test_a_face_that_does_not_move_is_an_error():
    with pytest.raises(UserError, match="“Hero” does not move while a.wav plays"):
        learning.reference_take("Hero", "/show/a.wav", SECONDS, clip([[0.2], [0.2]]))


def test_generated_takes_that_overlap_a_sound_are_a_warning():
    assert learning.generated_warning([("line", 58.0, 90.0)], [SECONDS]) == ""
    assert "“line” overlaps the sound" in learning.generated_warning([("line", 50.0, 90.0)], [SECONDS])


def test_a_speaker_is_named_after_its_file():
    assert learning.SpeakerFile("/show/anna.speaker").speaker == "anna"
    assert learning.SpeakerFile("/show/anna.speaker", "Anna").speaker == "Anna"
