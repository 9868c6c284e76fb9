"""The self-test that runs in mayapy, here against the double."""

from __future__ import annotations

import metaface_self_test
import pytest
from conftest import LINE


def test_the_self_test_passes_on_the_double(scene, monkeypatch, capsys):
    monkeypatch.setattr(metaface_self_test, "LINE", LINE)
    assert metaface_self_test.main() == 0, capsys.readouterr().out
    assert "All checks passed." in capsys.readouterr().out


def test_the_self_test_finds_wrong_values(scene, monkeypatch, capsys):
    from model import animation

    monkeypatch.setattr(metaface_self_test, "LINE", LINE)
    original = animation.curve_at
    monkeypatch.setattr(animation, "curve_at", lambda scene, curve, tick: original(scene, curve, tick) * 1.01)
    assert metaface_self_test.main() == 1
    assert "FAILED  animates" in capsys.readouterr().out


@pytest.fixture(autouse=True)
def restored_window(scene):
    yield
    scene.settings["batch"] = False
