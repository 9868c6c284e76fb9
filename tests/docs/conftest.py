"""Fixtures of the docs' tests."""

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import sandbox as sandboxes  # noqa: E402


@pytest.fixture(scope="session")
def variables(tmp_path_factory):
    """The environment variables for the commands of the docs."""
    for name in ("METAFACE_PROGRAM", "METAFACE_XTASK"):
        assert name in os.environ, f"{name} is not set: run `cargo xtask docs`"
    return sandboxes.environment(sandboxes.programs(tmp_path_factory.mktemp("path") / "bin"))


@pytest.fixture(scope="session")
def template(tmp_path_factory, variables):
    """The files that the docs' commands assume, made once."""
    return sandboxes.create(tmp_path_factory.mktemp("template") / "sandbox", variables)


@pytest.fixture
def sandbox(template, tmp_path):
    """A copy of the template for the commands of one page."""
    return shutil.copytree(template, tmp_path / "sandbox", symlinks=True)
