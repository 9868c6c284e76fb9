"""Stands in for Unreal's header tool, which is not here: uht.py PLUGIN OUTPUT

Writes a .generated.h for every header that asks for one, and a header for each line of
shims/includes.tsv. What the real tool would refuse, and this one knows, is printed; then the exit
code is 1. It knows a small part of the real one's rules.
"""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
MARKED = re.compile(r"^(UCLASS|USTRUCT|UENUM|UINTERFACE)\(", re.M)
CLASS = re.compile(r"^(?:class|struct)\s+(?:\w+_API\s+)?([UAF]\w+)(?:\s*:\s*public\s+(\w+))?", re.M)
PROPERTY = re.compile(r"UPROPERTY\(([^\n]*)\)\n\s*(.+?)\s+(\w+)(?:\s*=[^;]+)?;")
FUNCTION = re.compile(r"UFUNCTION\(([^\n]*)\)\n\s*(.+?)\s+(\w+)\(([^)]*)\)")
SIMPLE = {"bool", "uint8", "int32", "int64", "float", "double", "FString", "FName", "FText"}
STRUCTS = {"FFrameRate", "FFilePath"}
BLUEPRINT_UNFIT = {"uint16", "uint32", "uint64", "int8", "int16"}


def table():
    rows = (HERE / "shims/includes.tsv").read_text().splitlines()[1:]
    return [row.split("\t") for row in rows]


def is_reflectable(kind: str, known: set[str]) -> bool:
    inside = re.fullmatch(r"(TArray|TSet|TObjectPtr|TSoftObjectPtr|TWeakObjectPtr|TSubclassOf)<(.+)>", kind)
    if inside:
        objects = inside[1] not in ("TArray", "TSet")
        return inside[2].startswith("U") if objects else is_reflectable(inside[2], known)
    pair = re.fullmatch(r"TMap<(\w+), (\w+)>", kind)
    if pair:
        return all(is_reflectable(part, known) for part in pair.groups())
    return kind in SIMPLE | STRUCTS | known


def complaints_of(path: pathlib.Path, text: str, known: set[str]) -> list[str]:
    """What is wrong with one header."""
    wrong = []
    code = re.sub(r"//[^\n]*|/\*.*?\*/", lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.S)
    includes = re.findall(r'#include ["<]([^">]+)[">]', code)
    generated = f"{path.stem}.generated.h"
    marked = MARKED.search(code) or "DECLARE_DYNAMIC" in code
    if marked and (not includes or includes[-1] != generated):
        wrong.append(f"{generated} is to be the last include")
    if not marked and generated in includes:
        wrong.append("nothing in it is reflected, yet it includes its .generated.h")
    if not text.split("\n", 2)[1].startswith("#pragma once"):
        wrong.append("#pragma once is to follow the copyright line")
    if re.search(r"\b\w*__\w*\b", code.replace("__cplusplus", "")):
        wrong.append("names with two underscores belong to the compiler")
    for found in MARKED.finditer(code):
        depth = code[: found.start()].count("{") - code[: found.start()].count("}")
        if depth != 0:
            wrong.append(f"{found[1]} stands inside a namespace or class")
        if code[: found.start()].rstrip().endswith(">"):
            wrong.append(f"{found[1]} follows a template")
        body = code[found.start() :]
        if found[1] != "UENUM":
            begin = body[body.index("{") + 1 :]
            if not begin.lstrip().startswith("GENERATED_BODY()"):
                wrong.append(f"{found[1]}: GENERATED_BODY() is to come first")
        elif not re.search(r"enum class \w+ : uint8\b", body.split("{")[0]):
            wrong.append("an enumeration for blueprints is of uint8")
    for flags, kind, name in PROPERTY.findall(code):
        kind = re.sub(r"^class\s+|^struct\s+", "", kind)
        if kind.endswith("*"):
            wrong.append(f"{name}: TObjectPtr instead of a raw pointer")
        elif kind not in BLUEPRINT_UNFIT and not is_reflectable(kind, known):
            wrong.append(f"{name}: {kind} cannot be a property")
        if kind in BLUEPRINT_UNFIT and "Blueprint" in flags:
            wrong.append(f"{name}: blueprints have no {kind}")
        if ("Edit" in flags or "Visible" in flags or "Blueprint" in flags) and "Category" not in flags:
            wrong.append(f"{name}: a property that is seen has a Category")
        if kind == "bool" and not re.match(r"b[A-Z]", name):
            wrong.append(f"{name}: booleans begin with b")
    for flags, kind, name, arguments in FUNCTION.findall(code):
        if "Category" not in flags:
            wrong.append(f"{name}: a function for blueprints has a Category")
        kinds = [kind.replace("virtual ", "")] + [argument.rsplit(" ", 1)[0].strip() for argument in split(arguments)]
        for each in kinds:
            bare = re.sub(r"^const\s+|&$", "", each).strip()
            if bare != "void" and not (bare.endswith("*") and bare.startswith("U")) and not is_reflectable(bare, known):
                wrong.append(f"{name}: {each} cannot go to or from blueprints")
        if "BlueprintPure" in flags and f"{name}({arguments}) const" not in code:
            wrong.append(f"{name}: what is pure is const")
    return [f"{path.name}: {reason}" for reason in wrong]


def split(arguments: str) -> list[str]:
    return [part for part in re.split(r",\s*(?![^<]*>)", arguments) if part.strip()]


def generated_for(path: pathlib.Path, text: str) -> str:
    identity = "FID_" + re.sub(r"\W", "_", path.name)
    lines = ["#pragma once", "#undef CURRENT_FILE_ID", f"#define CURRENT_FILE_ID {identity}"]
    current = None
    for number, line in enumerate(text.splitlines(), 1):
        found = CLASS.match(line)
        if found and not line.rstrip().endswith(";"):
            current = found.groups()
        if line.strip() == "GENERATED_BODY()":
            name, parent = current
            body = f"SHIM_CLASS({name}, {parent}) private:" if name[0] in "UA" else ""
            lines.append(f"#define {identity}_{number}_GENERATED_BODY {body}")
    return "\n".join(lines) + "\n"


def module_complaints(plugin: pathlib.Path) -> list[str]:
    """Headers that are included from modules which Build.cs does not name."""
    owners = {header: module for header, module, _ in table()}
    wrong = []
    for rules in sorted(plugin.glob("Source/*/*.Build.cs")):
        folder, name = rules.parent, rules.name.split(".")[0]
        text = rules.read_text()
        named = set(re.findall(r'"(\w+)"', text))
        used = set()
        for source in sorted(folder.rglob("*.h")) + sorted(folder.rglob("*.cpp")):
            for header in re.findall(r'^#include "([^"]+)"', source.read_text(), re.M):
                if header in owners:
                    used.add(owners[header])
                    if owners[header] not in named:
                        wrong.append(f"{source.name}: {header} is of {owners[header]}, which {rules.name} does not name")
        sources = "".join(source.read_text() for source in folder.rglob("*.cpp"))
        if len(re.findall(rf"IMPLEMENT_MODULE\(\w+, {name}\)", sources)) != 1:
            wrong.append(f"{name}: IMPLEMENT_MODULE is to stand once in its sources")
    return wrong


def main(plugin: pathlib.Path, output: pathlib.Path) -> int:
    headers = {path: path.read_text() for path in sorted(plugin.glob("Source/MetaFace*/**/*.h"))}
    declared = re.compile(r"^(?:enum class|struct)\s+(?:\w+_API\s+)?(\w+)|^DECLARE_DYNAMIC\w+\((\w+)", re.M)
    known = {name or event for text in headers.values() for name, event in declared.findall(text)}
    wrong = module_complaints(plugin)
    for path, text in headers.items():
        wrong += complaints_of(path, text, known)
        if f"{path.stem}.generated.h" in text:
            put(output / f"{path.stem}.generated.h", generated_for(path, text))
    for header, _, stand_in in table():
        put(output / header, f'#pragma once\n#include "{(HERE / "shims" / stand_in).as_posix()}"\n')
    print("\n".join(wrong) or f"{len(headers)} headers: nothing to complain about")
    return 1 if wrong else 0


def put(path: pathlib.Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text() != text:
        path.write_text(text)


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
