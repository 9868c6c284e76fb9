"""The Python interface's test program: the same as src/main.rs, with `import metaface`."""

import sys
import typing

import metaface
from metaface._options import AnimationOptions

CONVERSIONS = {int: int, float: float, bool: lambda text: text == "true"}

sound, *arguments = sys.argv[1:]
outputs = []
given = {}  # the values by option name
while arguments:
    argument = arguments.pop(0)
    if argument.startswith("--no-"):
        given[argument.removeprefix("--no-")] = "false"
    elif argument == "-o":
        outputs.append(arguments.pop(0))
    else:
        given[argument.removeprefix("--").replace("-", "_")] = arguments.pop(0)

values = given.pop("values")
animator = metaface.Animator()
style_strength = float(given.pop("style_strength", 1.0))
if "speaker" in given:
    animator = animator.with_speaker(given.pop("speaker"), style_strength)
types = typing.get_type_hints(AnimationOptions)
options = {name: CONVERSIONS.get(types[name], str)(given.pop(name)) for name in types if name in given}
clip = animator.animate(sound, **options)
clip.values.astype("<f4").tofile(values)
for name, conversion in (("reduce", float), ("quantise", int)):
    if name in given:
        given[name] = conversion(given[name])
for output in outputs:
    clip.save(output, **given)
