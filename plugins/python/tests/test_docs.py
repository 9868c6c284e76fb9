"""What the docs say is what happens: their examples are run, in a folder like a user's."""

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
def desk(tmp_path, monkeypatch, line, theatrical, head, take, clip):
    """A folder with everything that the docs speak of."""
    folder = tmp_path / "desk"
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
def names(desk, animator, clip):
    """What the docstrings take as given."""
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
        thing = getattr(metaface, name)
        if not callable(thing):
            continue
        yield name, thing.__doc__ or ""
        if inspect.isclass(thing):
            for member in vars(thing):
                yield f"{name}.{member}", getattr(getattr(thing, member), "__doc__", None) or ""


EXAMPLES = {name: text for name, text in docstrings() if ">>>" in text}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_of_a_docstring_is_true(name, names):
    test = doctest.DocTestParser().get_doctest(EXAMPLES[name], dict(names), name, None, 0)
    told = []
    result = doctest.DocTestRunner(verbose=False).run(test, out=told.append)
    assert result.failed == 0, "".join(told)


def test_most_functions_have_an_example():
    assert len(EXAMPLES) > 25


def blocks(page, language):
    """The code blocks of a page, with what the line before says of each."""
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


@pytest.mark.parametrize("page", sorted(PAGES))
def test_the_code_of_a_page_runs_from_top_to_bottom(page, repository, desk, capsys):
    text = (repository / page).read_text(encoding="utf-8")
    code = blocks(text, "python")
    assert code
    space = {"__name__": "page"}
    for number, block in enumerate(code, 1):
        exec(compile(block, f"{page}, block {number}", "exec"), space)


def test_the_guide_names_everything(repository):
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
def test_an_example_runs(name, repository, desk):
    ran = run(repository / "plugins" / "python" / "examples" / name, *EXAMPLE_RUNS[name])
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
    assert ran.stdout


def test_the_batch_makes_its_files_and_goes_on_after_a_bad_one(repository, desk):
    (desk / "voices" / "broken.wav").write_bytes(b"no sound")
    script = repository / "plugins" / "python" / "examples" / "batch.py"
    ran = run(script, "voices", "out", "--format", "csv,usdc")
    assert ran.returncode == 1
    assert "broken.wav: file error" in ran.stderr
    assert "1 of 2 lines made" in ran.stdout
    assert {file.name for file in (desk / "out").glob("*.*c*") if file.is_file()} == {
        "anna_001.csv",
        "anna_001.usdc",
    }


def test_the_custom_rig_gives_keys_for_its_own_shapes_and_bones(repository, desk):
    run(repository / "plugins" / "python" / "examples" / "custom_rig.py", "line.wav", "keys.json")
    keys = json.loads(Path("keys.json").read_text())
    assert keys["fps"] == "24000/1001"
    curves = {name: numpy.array(values) for name, values in keys["curves"].items()}
    assert {"face.eyeBlinkLeft", "face.ctl_happy", "head.rotation.y"} <= set(curves)
    assert 0 < curves["face.ctl_happy"].max() <= 0.8
    assert numpy.ptp(curves["jaw.rotation.x"]) > 0.01


def test_every_relative_link_leads_somewhere(repository):
    for page in sorted(PAGES | {"plugins/python/examples/README.md"}):
        text = (repository / page).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert ((repository / page).parent / Path(target)).exists(), f"{page}: {target}"
