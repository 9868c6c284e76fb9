"""Tests of the plugin's folder: its descriptor, its build rules (with mono), its headers and the staged files.

METAFACE_UNREAL_PLUGIN is the staged plugin; `cargo xtask unreal` stages it and runs these tests.
"""

import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys

import jsonschema
import pytest

HERE = pathlib.Path(__file__).parent
SOURCE = HERE.parent
STAGED = pathlib.Path(os.environ["METAFACE_UNREAL_PLUGIN"])
DESCRIPTOR = json.loads((SOURCE / "MetaFace.uplugin").read_text())
RULES = {path.name.split(".")[0]: path for path in sorted(SOURCE.glob("Source/**/*.Build.cs"))}
PLATFORMS = {"Win64": "metaface.lib", "Mac": "libmetaface.a", "Linux": "libmetaface.a"}


@pytest.fixture(scope="session")
def program(tmp_path_factory):
    """The rules and the stand-in for the build tool, compiled into one program."""
    if shutil.which("mcs") is None:
        pytest.skip("mono-mcs, which compiles the rules, is not installed")
    program = tmp_path_factory.mktemp("rules") / "rules.exe"
    sources = [HERE / "build_rules/UnrealBuildTool.cs", *RULES.values()]
    subprocess.run(["mcs", "-warnaserror", "-langversion:7", f"-out:{program}", *sources], check=True)
    return program


def decide(program, platform: str, folder: pathlib.Path, rules: str) -> dict[str, list[str]]:
    """The rules' fields and their values."""
    printed = subprocess.run(["mono", program, platform, folder, rules], check=True, capture_output=True, text=True)
    rows = [line.split("\t") for line in printed.stdout.splitlines()]
    return {name: [value for value in values if value] for name, *values in rows}


def library(tmp_path, platform: str) -> pathlib.Path:
    """A folder of the library as staged for one platform, with empty files."""
    folder = tmp_path / "MetaFaceLibrary"
    (folder / "include/metaface").mkdir(parents=True)
    (folder / "include/metaface/metaface.hpp").touch()
    (folder / "lib" / platform).mkdir(parents=True)
    (folder / "lib" / platform / PLATFORMS[platform]).touch()
    return folder


def test_the_descriptor_follows_its_schema():
    jsonschema.validate(DESCRIPTOR, json.loads((HERE / "uplugin.schema.json").read_text()))
    cargo = (SOURCE.parent.parent / "Cargo.toml").read_text()
    assert f'\nversion = "{DESCRIPTOR["VersionName"]}"' in cargo


def test_the_descriptor_lists_exactly_the_existing_modules():
    modules = {module["Name"] for module in DESCRIPTOR["Modules"]}
    assert modules == set(RULES) - {"MetaFaceLibrary"}
    for name in modules:
        assert RULES[name].parent.name == name
        assert f"class {name} : ModuleRules" in RULES[name].read_text()


def test_no_modules_macro_conflicts_with_the_librarys_macros():
    macros = set()
    for header in (STAGED / "Source/ThirdParty/MetaFaceLibrary/include/metaface").glob("*.hpp"):
        macros |= {line.split()[1] for line in header.read_text().splitlines() if line.startswith("#define ")}
    assert "METAFACE_API" in macros
    assert not macros & {f"{name.upper()}_API" for name in RULES}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_rules_name_the_library_of_each_platform(program, platform, tmp_path):
    folder = library(tmp_path, platform)
    decided = decide(program, platform, folder, "MetaFaceLibrary")
    assert decided["Type"] == ["External"]
    assert decided["PublicAdditionalLibraries"] == [str(folder / "lib" / platform / PLATFORMS[platform])]
    assert decided["PublicSystemIncludePaths"] == [str(folder / "include")]
    assert decided["PublicSystemLibraries"]
    for name in ("MetaFaceRuntime", "MetaFaceEditor"):
        module = decide(program, platform, RULES[name].parent, name)
        assert module["bEnableExceptions"] == ["True"]
        assert module["CppStandard"] == ["Cpp20"]
        named = module["PublicDependencyModuleNames"] + module["PrivateDependencyModuleNames"]
        assert len(named) == len(set(named))
        assert ("MetaFaceLibrary" in named) == (name == "MetaFaceRuntime")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_missing_library_is_an_error_that_names_the_command(program, platform, tmp_path):
    decided = decide(program, platform, tmp_path, "MetaFaceLibrary")
    assert "cargo xtask unreal" in decided["BuildException"][0]
    assert platform in decided["BuildException"][0]


def test_other_platforms_are_an_error(program, tmp_path):
    decided = decide(program, "Android", tmp_path, "MetaFaceLibrary")
    assert "not Android" in decided["BuildException"][0]


def test_the_linux_rules_name_staged_files(program):
    folder = STAGED / "Source/ThirdParty/MetaFaceLibrary"
    decided = decide(program, "Linux", folder, "MetaFaceLibrary")
    for path in decided["PublicAdditionalLibraries"] + decided["PublicSystemIncludePaths"]:
        assert pathlib.Path(path).exists()
    assert pathlib.Path(decided["PublicAdditionalLibraries"][0]).stat().st_size > 10_000_000


def test_the_staged_plugin_is_complete_and_contains_no_tests():
    files = {path.relative_to(SOURCE) for path in SOURCE.rglob("*") if path.is_file()}
    source_files = {path for path in files if path.parts[0] not in ("tests", "icon.py", "stage.py", ".clang-format")}
    staged = {path.relative_to(STAGED) for path in STAGED.rglob("*") if path.is_file()}
    assert source_files <= staged
    assert {pathlib.Path("LICENSE"), pathlib.Path("README.md")} <= staged
    additional = {path for path in staged - source_files if path.parts[:3] != ("Source", "ThirdParty", "MetaFaceLibrary")}
    assert additional <= {pathlib.Path("LICENSE"), pathlib.Path("README.md")}
    for path in source_files - {pathlib.Path("README.md")}:
        assert (STAGED / path).read_bytes() == (SOURCE / path).read_bytes()


def test_the_icon_has_the_size_that_the_editor_needs():
    contents = (STAGED / "Resources/Icon128.png").read_bytes()
    assert contents.startswith(b"\x89PNG")
    assert struct.unpack(">II", contents[16:24]) == (128, 128)


def test_every_source_begins_with_the_copyright_line():
    for path in sorted(SOURCE.glob("Source/**/*.*")):
        if path.suffix in (".h", ".cpp", ".cs"):
            assert path.read_text().startswith("// Copyright the MetaFace contributors. MIT licence.\n"), path


# Functions that exist in the engine's oldest system library (glibc 2.17) and got a newer symbol version
# later, or that were then linked into every program.
IN_OLDEST_GLIBC = set(
    "__libc_start_main dlclose dlerror dlopen dlsym exp exp2 exp2f expf fstat64 fstatat64 hypot hypotf log log2 log2f logf "
    "lstat64 pow powf pthread_attr_getguardsize pthread_attr_getstack pthread_attr_setstacksize pthread_create pthread_detach "
    "pthread_getattr_np pthread_join pthread_key_create pthread_key_delete pthread_setname_np pthread_setspecific stat64".split()
)


def test_the_library_only_needs_functions_of_the_engines_system_library():
    """Weak symbols may be newer, because the library checks for them."""
    door = os.environ.get("METAFACE_UNREAL_DOOR")
    if not door or shutil.which("nm") is None:
        pytest.skip("METAFACE_UNREAL_DOOR is not set: run `cargo xtask unreal`")
    listed = subprocess.run(["nm", "-D", "--undefined-only", door], check=True, capture_output=True, text=True)
    strong = [line.split()[1] for line in listed.stdout.splitlines() if line.split()[0] == "U"]
    versioned = [name.split("@GLIBC_") for name in strong if "@GLIBC_" in name]
    newer = {name for name, version in versioned if [int(part) for part in version.split(".")] > [2, 17]}
    assert newer <= IN_OLDEST_GLIBC


BROKEN = {
    "a class in a namespace": "namespace A\n{\nUCLASS()\nclass UX : public UObject\n{\n\tGENERATED_BODY()\n};\n}\n",
    "a body that is not first": "UCLASS()\nclass UX : public UObject\n{\npublic:\n\tGENERATED_BODY()\n};\n",
    "a property of the standard library": "UCLASS()\nclass UX : public UObject\n{\n\tGENERATED_BODY()\n\tUPROPERTY()\n\tstd::string Name;\n};\n",
    "a raw pointer": "UCLASS()\nclass UX : public UObject\n{\n\tGENERATED_BODY()\n\tUPROPERTY()\n\tUObject* Other;\n};\n",
    "a uint32 in a blueprint": 'UCLASS()\nclass UX : public UObject\n{\n\tGENERATED_BODY()\n\tUPROPERTY(BlueprintReadOnly, Category = "X")\n\tuint32 Number;\n};\n',
    "a function with a size_t": 'UCLASS()\nclass UX : public UObject\n{\n\tGENERATED_BODY()\n\tUFUNCTION(BlueprintCallable, Category = "X")\n\tvoid Do(size_t Count);\n};\n',
    "a pure function that is not const": 'UCLASS()\nclass UX : public UObject\n{\n\tGENERATED_BODY()\n\tUFUNCTION(BlueprintPure, Category = "X")\n\tint32 Get();\n};\n',
}


@pytest.mark.parametrize("what", BROKEN)
def test_the_stand_in_for_the_header_tool_reports(what, tmp_path):
    private = tmp_path / "Source/MetaFaceX/Private"
    private.mkdir(parents=True)
    (private / "X.h").write_text(f'// X\n#pragma once\n#include "X.generated.h"\n{BROKEN[what]}')
    ran = subprocess.run([sys.executable, HERE / "uht.py", tmp_path, tmp_path / "out"], capture_output=True, text=True)
    assert ran.returncode == 1 and "X.h: " in ran.stdout, ran.stdout


def test_the_stand_in_for_the_header_tool_accepts_the_plugins_headers(tmp_path):
    ran = subprocess.run([sys.executable, HERE / "uht.py", SOURCE, tmp_path], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout
