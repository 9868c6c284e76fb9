"""What a rig map's report means for a host."""

from types import SimpleNamespace

import pytest
from metaface_host import rig_map
from metaface_host.errors import UserError


def joint(name, *channels):
    return SimpleNamespace(joint=name, channels=channels)


def test_limits_follow_the_channels_that_drive_a_joint():
    driven = [joint("skull", "HeadYaw"), joint("ball", "LeftEyePitch"), joint("chin", "JawOpen"), joint("lid", "EyeBlinkLeft")]
    report = SimpleNamespace(driven_joints=[*driven, joint("gone", "HeadYaw")])
    limit_of = {"head": (0.5, 1.0), "eye": (1.0, 0.2), "jaw": (2.0, 0.3)}
    found = rig_map.limits(report, ["root", "skull", "ball", "chin", "lid"], limit_of)
    assert found == {1: (0.5, 1.0), 2: (1.0, 0.2), 3: (2.0, 0.3)}


def test_a_character_that_would_not_move_is_an_error_with_the_remedy():
    rig_map.require_usable("Hero", SimpleNamespace(usable=True), "Edit the map")
    for warnings, reason in (([], "the names of its shapes and joints are unknown"), (["no targets"], "no targets")):
        with pytest.raises(UserError, match=f"“Hero” would not move: {reason}. Edit the map"):
            rig_map.require_usable("Hero", SimpleNamespace(usable=False, warnings=warnings), "Edit the map")
