"""The self-test that runs in mayapy, here against the double."""

from __future__ import annotations

import metaface_self_test
import pytest
from conftest import LINE


def test_the_self_test_holds_here(scene, monkeypatch, capsys):
    monkeypatch.setattr(metaface_self_test, "LINE", LINE)
    assert metaface_self_test.main() == 0, capsys.readouterr().out
    assert "All of it works here." in capsys.readouterr().out


def test_the_self_test_notices_what_is_wrong(scene, monkeypatch, capsys):
    from model import animation

    monkeypatch.setattr(metaface_self_test, "LINE", LINE)
    honest = animation.curve_at
    monkeypatch.setattr(animation, "curve_at", lambda scene, curve, tick: honest(scene, curve, tick) * 1.01)
    assert metaface_self_test.main() == 1
    assert "FAILED  speaks" in capsys.readouterr().out


@pytest.fixture(autouse=True)
def a_window_again(scene):
    yield
    scene.settings["batch"] = False
