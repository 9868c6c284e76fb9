"""A stand-in for Unreal's header tool: uht.py PLUGIN OUTPUT

Writes a .generated.h for every header that includes one, and a header for each line of
shims/includes.tsv. Prints violations of the real tool's rules, of which it knows a small part; the
exit code is then 1.
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
    container = re.fullmatch(r"(TArray|TSet|TObjectPtr|TSoftObjectPtr|TWeakObjectPtr|TSubclassOf)<(.+)>", kind)
    if container:
        holds_objects = container[1] not in ("TArray", "TSet")
        return container[2].startswith("U") if holds_objects else is_reflectable(container[2], known)
    pair = re.fullmatch(r"TMap<(\w+), (\w+)>", kind)
    if pair:
        return all(is_reflectable(part, known) for part in pair.groups())
    return kind in SIMPLE | STRUCTS | known


def header_errors(path: pathlib.Path, text: str, known: set[str]) -> list[str]:
    """The errors of one header."""
    errors = []
    code = re.sub(r"//[^\n]*|/\*.*?\*/", lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.S)
    includes = re.findall(r'#include ["<]([^">]+)[">]', code)
    generated = f"{path.stem}.generated.h"
    marked = MARKED.search(code) or "DECLARE_DYNAMIC" in code
    if marked and (not includes or includes[-1] != generated):
        errors.append(f"{generated} must be the last include")
    if not marked and generated in includes:
        errors.append("it includes its .generated.h but has no reflected type")
    if not text.split("\n", 2)[1].startswith("#pragma once"):
        errors.append("#pragma once must follow the copyright line")
    if re.search(r"\b\w*__\w*\b", code.replace("__cplusplus", "")):
        errors.append("names with two underscores are reserved for the compiler")
    for found in MARKED.finditer(code):
        depth = code[: found.start()].count("{") - code[: found.start()].count("}")
        if depth != 0:
            errors.append(f"{found[1]} is inside a namespace or class")
        if code[: found.start()].rstrip().endswith(">"):
            errors.append(f"{found[1]} follows a template")
        body = code[found.start() :]
        if found[1] != "UENUM":
            begin = body[body.index("{") + 1 :]
            if not begin.lstrip().startswith("GENERATED_BODY()"):
                errors.append(f"{found[1]}: GENERATED_BODY() must come first")
        elif not re.search(r"enum class \w+ : uint8\b", body.split("{")[0]):
            errors.append("an enumeration for blueprints must be a uint8")
    for flags, kind, name in PROPERTY.findall(code):
        kind = re.sub(r"^class\s+|^struct\s+", "", kind)
        if kind.endswith("*"):
            errors.append(f"{name}: use TObjectPtr instead of a raw pointer")
        elif kind not in BLUEPRINT_UNFIT and not is_reflectable(kind, known):
            errors.append(f"{name}: {kind} cannot be a property")
        if kind in BLUEPRINT_UNFIT and "Blueprint" in flags:
            errors.append(f"{name}: blueprints do not support {kind}")
        if ("Edit" in flags or "Visible" in flags or "Blueprint" in flags) and "Category" not in flags:
            errors.append(f"{name}: a visible property needs a Category")
        if kind == "bool" and not re.match(r"b[A-Z]", name):
            errors.append(f"{name}: booleans must begin with b")
    for flags, kind, name, arguments in FUNCTION.findall(code):
        if "Category" not in flags:
            errors.append(f"{name}: a function for blueprints needs a Category")
        kinds = [kind.replace("virtual ", "")] + [argument.rsplit(" ", 1)[0].strip() for argument in split(arguments)]
        for each in kinds:
            bare = re.sub(r"^const\s+|&$", "", each).strip()
            if bare != "void" and not (bare.endswith("*") and bare.startswith("U")) and not is_reflectable(bare, known):
                errors.append(f"{name}: {each} cannot be passed to or from blueprints")
        if "BlueprintPure" in flags and f"{name}({arguments}) const" not in code:
            errors.append(f"{name}: a pure function must be const")
    return [f"{path.name}: {reason}" for reason in errors]


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


def module_errors(plugin: pathlib.Path) -> list[str]:
    """Included headers of modules that Build.cs does not name, and modules without IMPLEMENT_MODULE."""
    owners = {header: module for header, module, _ in table()}
    errors = []
    for rules in sorted(plugin.glob("Source/*/*.Build.cs")):
        folder, name = rules.parent, rules.name.split(".")[0]
        text = rules.read_text()
        named = set(re.findall(r'"(\w+)"', text))
        for source in sorted(folder.rglob("*.h")) + sorted(folder.rglob("*.cpp")):
            for header in re.findall(r'^#include "([^"]+)"', source.read_text(), re.M):
                if header in owners:
                    if owners[header] not in named:
                        errors.append(f"{source.name}: {header} belongs to {owners[header]}, which {rules.name} does not name")
        sources = "".join(source.read_text() for source in folder.rglob("*.cpp"))
        if len(re.findall(rf"IMPLEMENT_MODULE\(\w+, {name}\)", sources)) != 1:
            errors.append(f"{name}: the sources must contain IMPLEMENT_MODULE exactly once")
    return errors


def main(plugin: pathlib.Path, output: pathlib.Path) -> int:
    headers = {path: path.read_text() for path in sorted(plugin.glob("Source/MetaFace*/**/*.h"))}
    declared = re.compile(r"^(?:enum class|struct)\s+(?:\w+_API\s+)?(\w+)|^DECLARE_DYNAMIC\w+\((\w+)", re.M)
    known = {name or event for text in headers.values() for name, event in declared.findall(text)}
    errors = module_errors(plugin)
    for path, text in headers.items():
        errors += header_errors(path, text, known)
        if f"{path.stem}.generated.h" in text:
            write_if_changed(output / f"{path.stem}.generated.h", generated_for(path, text))
    for header, _, stand_in in table():
        write_if_changed(output / header, f'#pragma once\n#include "{(HERE / "shims" / stand_in).as_posix()}"\n')
    print("\n".join(errors) or f"{len(headers)} headers without errors")
    return 1 if errors else 0


def write_if_changed(path: pathlib.Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text() != text:
        path.write_text(text)


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
