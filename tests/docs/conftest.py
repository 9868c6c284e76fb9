"""What the tests of the docs share."""

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import desk as desks  # noqa: E402


@pytest.fixture(scope="session")
def variables(tmp_path_factory):
    """The environment in which commands of the docs are run."""
    for name in ("METAFACE_PROGRAM", "METAFACE_XTASK"):
        assert name in os.environ, f"{name} is not set: run `cargo xtask docs`"
    return desks.environment(desks.programs(tmp_path_factory.mktemp("path") / "bin"))


@pytest.fixture(scope="session")
def laid(tmp_path_factory, variables):
    """The files that the docs assume, made once."""
    return desks.lay(tmp_path_factory.mktemp("laid") / "desk", variables)


@pytest.fixture
def desk(laid, tmp_path):
    """The same, for one page to work on."""
    return shutil.copytree(laid, tmp_path / "desk", symlinks=True)
