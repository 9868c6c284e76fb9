"""The built module, used from its folder without any other copy of its files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from sample_head import REPOSITORY

HERE = Path(__file__).resolve().parent
BUILD = HERE.parent / "build.py"
WHEELS = os.environ.get("METAFACE_WHEELS", str(REPOSITORY / "target/wheels"))


def built(folder: Path, *more: str) -> subprocess.CompletedProcess:
    command = [sys.executable, str(BUILD), "--output", str(folder), *(more or ("--wheels", WHEELS, "--without-numpy"))]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    laid_out = os.environ.get("METAFACE_MAYA_MODULE")
    if laid_out:
        return Path(laid_out).resolve()
    folder = tmp_path_factory.mktemp("module") / "maya"
    done = built(folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_module_file_names_every_maya_version_and_existing_folders(module):
    text = (module / "metaface.mod").read_text()
    for maya in ("2025", "2026"):
        assert f"+ MAYAVERSION:{maya} PLATFORM:linux metaface 0.1.0 ./metaface" in text
    for path in re.findall(r"\+:=(\S+)", text):
        assert (module / "metaface" / path).is_dir(), path
    for folder in ("plug-ins", "scripts", "icons", "shelves"):
        assert list((module / "metaface" / folder).iterdir())
    assert (module / "metaface/LICENSE").is_file() and not list(module.rglob("__pycache__"))


def test_the_module_has_a_copy_of_the_host_kit(module):
    kit = module / "metaface/scripts/metaface_in_maya/host"
    assert (kit / "jobs.py").is_file() and not kit.is_symlink()


def test_the_shelf_finds_its_icons(module):
    shelf = (module / "metaface/shelves/shelf_MetaFace.mel").read_text()
    icons = re.findall(r'-image "(.+?)"', shelf)
    assert len(icons) == 3 and all((module / "metaface/icons" / icon).is_file() for icon in icons)
    assert shelf.count("{") == shelf.count("}") and "global proc shelf_MetaFace()" in shelf


def test_the_self_test_runs_from_the_module_alone(module, tmp_path):
    """Like mayapy: without site-packages, and without the repository except the double."""
    if not (module / "metaface/python/numpy").is_dir():
        pytest.skip("built without NumPy; cargo xtask maya tests the complete module")
    root = module / "metaface"
    environment = {"PYTHONPATH": str(HERE / "double"), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-S", str(root / "scripts/metaface_self_test.py")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All checks passed." in done.stdout


@pytest.mark.parametrize(("names", "message"), [([], "cargo xtask wheels"), (["metaface-0.1.0-cp313-cp313-linux_x86_64.whl"], "Python 3.11")])
def test_without_a_wheel_for_maya_the_error_says_what_to_build(tmp_path, names, message):
    (tmp_path / "wheels").mkdir()
    for name in names:
        zipfile.ZipFile(tmp_path / "wheels" / name, "w").close()
    done = built(tmp_path / "out", "--wheels", str(tmp_path / "wheels"))
    assert done.returncode == 1 and message in done.stderr


def test_a_folder_with_other_files_is_not_emptied(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/scene.ma").write_text("//")
    done = built(tmp_path / "mine")
    assert done.returncode == 1 and (tmp_path / "mine/scene.ma").is_file()
