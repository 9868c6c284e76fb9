"""The Python door: as src/main.rs, through `import metaface`."""

import argparse

import metaface

parser = argparse.ArgumentParser()
parser.add_argument("sound")
parser.add_argument("-o", dest="outputs", action="append", default=[])
parser.add_argument("--values")
parser.add_argument("--speaker")
parser.add_argument("--style-strength", type=float, default=1.0)
parser.add_argument("--fps", default="30")
parser.add_argument("--seed", type=int, default=7)
parser.add_argument("--strength", type=float, default=1.0)
parser.add_argument("--liveliness", type=float, default=1.0)
parser.add_argument("--gain", default="")
parser.add_argument("--smooth", type=float)
parser.add_argument("--no-head", action="store_true")
parser.add_argument("--no-eyes", action="store_true")
parser.add_argument("--character")
parser.add_argument("--rig-map")
parser.add_argument("--reduce", type=float)
parser.add_argument("--quantise", type=int)
given = parser.parse_args()

animator = metaface.Animator()
if given.speaker:
    animator = animator.speaking_as(given.speaker, given.style_strength)
clip = animator.animate(
    given.sound,
    fps=given.fps,
    seed=given.seed,
    strength=given.strength,
    liveliness=given.liveliness,
    gains=given.gain,
    smoothing=given.smooth,
    head=not given.no_head,
    eyes=not given.no_eyes,
)
clip.values.astype("<f4").tofile(given.values)
for output in given.outputs:
    clip.save(
        output,
        character=given.character,
        rig_map=given.rig_map,
        reduce=given.reduce,
        quantise=given.quantise,
    )
