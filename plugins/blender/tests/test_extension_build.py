"""The zip: built with Blender's tool, installed into a scratch user folder as a user does, enabled and used."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import bpy
import pytest
from conftest import PLUGIN, REPOSITORY

WHEELS = os.environ.get("METAFACE_WHEELS")
ZIP = os.environ.get("METAFACE_BLENDER_ZIP")

USER_SCRIPT = """
import sys
archive, line, head, packages = sys.argv[1:]
if packages:
    sys.path.append(packages)
import bpy
bpy.ops.extensions.package_install_files(filepath=archive, repo="user_default", enable_on_install=True)
name = "bl_ext.user_default.metaface"
assert name in bpy.context.preferences.addons, "not enabled"
import metaface
print("library:", metaface.__file__)
bpy.ops.wm.read_homefile(use_empty=True)
bpy.context.scene.render.fps = 24
bpy.ops.import_scene.gltf(filepath=head)
bpy.context.scene.metaface.sound_file = line
assert bpy.ops.metaface.generate() == {"FINISHED"}
face = bpy.data.objects["Face"].data.shape_keys
values = []
for frame in range(1, 60):
    bpy.context.scene.frame_set(frame)
    values.append(face.key_blocks["jawOpen"].value)
print("jaw:", max(values) - min(values))
assert max(values) - min(values) > 0.1
assert bpy.ops.metaface.self_test() == {"FINISHED"}
bpy.ops.preferences.addon_disable(module=name)
assert not hasattr(bpy.types.Scene, "metaface")
bpy.ops.preferences.addon_enable(module=name)
assert hasattr(bpy.types.Scene, "metaface")
print("finished", flush=True)
import os
os._exit(0)  # as in conftest: Blender as a module may crash or hang when Python shuts down
"""


def build(output: Path, *options: str) -> subprocess.CompletedProcess:
    """Runs build.py in this Python, which has the bpy module."""
    command = [sys.executable, str(PLUGIN / "build.py"), "--output", str(output), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    """The extension's zip: METAFACE_BLENDER_ZIP, or a new one with the wheels of METAFACE_WHEELS if that is set."""
    if ZIP:
        return Path(ZIP)
    output = tmp_path_factory.mktemp("zip") / "metaface-blender.zip"
    done = build(output, *(["--wheels", WHEELS] if WHEELS else ["--without-wheels"]))
    assert done.returncode == 0, done.stdout + done.stderr
    return output


def test_the_zip_has_a_valid_manifest_and_the_license(archive: Path) -> None:
    with zipfile.ZipFile(archive) as contents:
        manifest = tomllib.loads(contents.read("blender_manifest.toml").decode())
        names = contents.namelist()
    assert set(manifest["permissions"]) == {"files"}
    assert manifest["blender_version_min"] == "4.2.0"
    assert "LICENSE" in names
    kit = {f"host/{path.name}" for path in (PLUGIN.parent / "host" / "metaface_host").glob("*.py")}
    assert "host/errors.py" in kit and kit <= set(names), "the host kit is copied"
    assert not [name for name in names if "__pycache__" in name or name.startswith("test")]


def test_the_zip_has_a_wheel_for_every_blender(archive: Path) -> None:
    if not WHEELS:
        pytest.skip("METAFACE_WHEELS is not set: set it to the folder of the metaface wheels")
    with zipfile.ZipFile(archive) as contents:
        manifest = tomllib.loads(contents.read("blender_manifest.toml").decode())
        for wheel in manifest["wheels"]:
            assert wheel.removeprefix("./") in contents.namelist()
        notices = contents.read("THIRD-PARTY-NOTICES.txt").decode()
    assert "symphonia" in notices and "nanobind" in notices, "notices of the libraries in the wheels"
    for python in ("cp311", "cp313"):
        assert any(f"-{python}-" in wheel for wheel in manifest["wheels"]), python


def test_the_versions_of_manifest_and_workspace_are_equal() -> None:
    cargo = tomllib.loads((REPOSITORY / "Cargo.toml").read_text(encoding="utf-8"))
    manifest = tomllib.loads((PLUGIN / "metaface" / "blender_manifest.toml").read_text(encoding="utf-8"))
    assert manifest["version"] == cargo["workspace"]["package"]["version"]


def test_building_without_wheels_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    done = build(tmp_path / "x.zip")
    assert done.returncode == 1 and "--wheels" in done.stderr
    done = build(tmp_path / "x.zip", "--wheels", str(tmp_path))
    assert done.returncode == 1 and "build them first" in done.stderr
    assert not (tmp_path / "x.zip").exists()


def test_the_installed_zip_animates_the_head(archive: Path, tmp_path: Path) -> None:
    if not WHEELS and importlib.util.find_spec("metaface") is None:
        pytest.skip("METAFACE_WHEELS is not set and metaface is not installed: set METAFACE_WHEELS")
    script = tmp_path / "user.py"
    script.write_text(USER_SCRIPT, encoding="utf-8")
    line = REPOSITORY / "samples" / "speech" / "line.wav"
    head = REPOSITORY / "samples" / "head" / "head.glb"
    packages = str(without_metaface(tmp_path / "packages")) if WHEELS else ""
    flags = ["-I", "-S"] if WHEELS else []
    command = [sys.executable, *flags, str(script), str(archive), str(line), str(head), packages]
    user = tmp_path / "nutzer ü"  # a path that is not ASCII
    environment = {**os.environ, "BLENDER_USER_RESOURCES": str(user)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=600)
    assert done.returncode == 0 and "finished" in done.stdout, done.stdout + done.stderr
    if WHEELS:
        library = re.search(r"library: (.+)", done.stdout)
        assert library is not None and str(user) in library[1], "the zip's wheel is used"


def without_metaface(folder: Path) -> Path:
    """Links this Python's packages, including bpy but not metaface, which users get from the zip only."""
    folder.mkdir()
    for package in Path(bpy.__file__).parents[5].iterdir():
        if not package.name.startswith("metaface"):
            (folder / package.name).symlink_to(package)
    return folder


def test_only_one_file_depends_on_the_version_of_blender() -> None:
    version_check = re.compile(r"app\.version\b(?!_string)|hasattr\([^)]*(?:fcurves|sequences|slots)")
    files = (PLUGIN / "metaface").rglob("*.py")
    dependent = {path.name for path in files if version_check.search(path.read_text(encoding="utf-8"))}
    assert dependent == {"version.py"}


def test_dependencies_point_one_way() -> None:
    folders = ("host", "scene", "commands", "window")
    for number, folder in enumerate(folders):
        for path in (PLUGIN / "metaface" / folder).glob("*.py"):
            imported = set(re.findall(r"^from \.\.(\w*)", path.read_text(encoding="utf-8"), re.MULTILINE))
            assert imported <= set(folders[:number]), path.name


def test_no_file_uses_the_network() -> None:
    for path in [*(PLUGIN / "metaface").rglob("*.py"), *(PLUGIN.parent / "host" / "metaface_host").glob("*.py")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(import|from) (urllib|http|socket|requests|ssl)\b", text, re.MULTILINE), path.name
