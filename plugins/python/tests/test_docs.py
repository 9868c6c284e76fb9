"""The examples of the docs are run in a folder with the files that they name."""

import doctest
import inspect
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy
import pytest

import metaface

PAGES = {"docs/python.md", "plugins/python/README.md"}


@pytest.fixture
def user_folder(tmp_path, monkeypatch, line, theatrical, head, take, clip):
    """A folder with every file that the docs name."""
    folder = tmp_path / "user"
    folder.mkdir()
    shutil.copy(line, folder / "line.wav")
    shutil.copy(theatrical, folder / "anna.speaker")
    shutil.copy(theatrical, folder / "ben.speaker")
    shutil.copy(head, folder / "hero.glb")
    shutil.copy(take[0], folder / "anna.wav")
    shutil.copy(take[1], folder / "anna.csv")
    clip.save(folder / "take.csv")
    hero = metaface.Character.open(head)
    metaface.RigMap.discover(hero).save(folder / "hero.rigmap.json")
    (folder / "voices").mkdir()
    shutil.copy(line, folder / "voices" / "anna_001.wav")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def names(user_folder, animator, clip):
    """The names that the docstrings use."""
    hero = metaface.Character.open("hero.glb")
    rig_map = metaface.RigMap.discover(hero)
    return {
        "metaface": metaface,
        "numpy": numpy,
        "json": json,
        "animator": animator,
        "clip": clip,
        "anna": metaface.Speaker.open("anna.speaker"),
        "hero": hero,
        "rig_map": rig_map,
        "performance": rig_map.drive(hero, clip),
    }


def docstrings():
    for name in metaface.__all__:
        public = getattr(metaface, name)
        if not callable(public):
            continue
        yield name, public.__doc__ or ""
        if inspect.isclass(public):
            for member in vars(public):
                yield f"{name}.{member}", getattr(getattr(public, member), "__doc__", None) or ""


EXAMPLES = {name: text for name, text in docstrings() if ">>>" in text}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_of_a_docstring_passes(name, names):
    test = doctest.DocTestParser().get_doctest(EXAMPLES[name], dict(names), name, None, 0)
    output = []
    result = doctest.DocTestRunner(verbose=False).run(test, out=output.append)
    assert result.failed == 0, "".join(output)


def test_most_functions_have_an_example():
    assert len(EXAMPLES) > 25


def blocks(page, language):
    """The code blocks of a page in a language."""
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


@pytest.mark.parametrize("page", sorted(PAGES))
def test_the_code_of_a_page_runs_from_top_to_bottom(page, repository, user_folder, capsys):
    text = (repository / page).read_text(encoding="utf-8")
    code = blocks(text, "python")
    assert code
    namespace = {"__name__": "page"}
    for number, block in enumerate(code, 1):
        exec(compile(block, f"{page}, block {number}", "exec"), namespace)


def test_the_guide_names_the_whole_public_api(repository):
    guide = (repository / "docs" / "python.md").read_text(encoding="utf-8")
    missing = [
        name
        for name in metaface.__all__
        if not re.search(rf"\b{re.escape(name)}\b", guide) and name not in {"Path", "__version__"}
    ]
    assert missing == []


EXAMPLE_RUNS = {
    "batch.py": "voices out --format glb,csv --speaker-dir . --character hero.glb".split(),
    "custom_rig.py": ["line.wav", "keys.json"],
    "live_chunks.py": ["line.wav"],
}


def run(script, *arguments):
    return subprocess.run(
        [sys.executable, script, *arguments], capture_output=True, text=True, timeout=120
    )


@pytest.mark.parametrize("name", EXAMPLE_RUNS)
def test_an_example_runs(name, repository, user_folder):
    ran = run(repository / "plugins" / "python" / "examples" / name, *EXAMPLE_RUNS[name])
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
    assert ran.stdout


def test_the_batch_example_continues_after_a_damaged_file(repository, user_folder):
    (user_folder / "voices" / "broken.wav").write_bytes(b"not a sound")
    script = repository / "plugins" / "python" / "examples" / "batch.py"
    ran = run(script, "voices", "out", "--format", "csv,usdc")
    assert ran.returncode == 1
    assert "broken.wav: file error" in ran.stderr
    assert "1 of 2 lines animated" in ran.stdout
    assert {file.name for file in (user_folder / "out").glob("*.*c*") if file.is_file()} == {
        "anna_001.csv",
        "anna_001.usdc",
    }


def test_the_custom_rig_example_writes_keys_of_its_targets_and_joints(repository, user_folder):
    run(repository / "plugins" / "python" / "examples" / "custom_rig.py", "line.wav", "keys.json")
    keys = json.loads(Path("keys.json").read_text())
    assert keys["fps"] == "24000/1001"
    curves = {name: numpy.array(values) for name, values in keys["curves"].items()}
    assert {"face.eyeBlinkLeft", "face.ctl_happy", "head.rotation.y"} <= set(curves)
    assert 0 < curves["face.ctl_happy"].max() <= 0.8
    assert numpy.ptp(curves["jaw.rotation.x"]) > 0.01


def test_every_relative_link_has_a_target(repository):
    for page in sorted(PAGES | {"plugins/python/examples/README.md"}):
        text = (repository / page).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert ((repository / page).parent / Path(target)).exists(), f"{page}: {target}"
