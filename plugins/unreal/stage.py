"""Puts the plugin together as a project or a zip takes it: stage.py --library libmetaface.a --output FOLDER

The library of other platforms comes from machines of their own: give --library once for each, as
PLATFORM=FILE (Win64, Mac, Linux); without a platform it is Linux's.
"""

import argparse
import pathlib
import shutil

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
FILES = {"Win64": "metaface.lib", "Mac": "libmetaface.a", "Linux": "libmetaface.a"}

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--library", action="append", required=True)
parser.add_argument("--output", type=pathlib.Path, required=True)
given = parser.parse_args()

# Beside the place, and then in it: an interrupted run leaves no half a plugin.
unfinished = given.output.with_name(given.output.name + ".unfinished")
shutil.rmtree(unfinished, ignore_errors=True)
unfinished.mkdir(parents=True)
for name in ("MetaFace.uplugin", "Config", "Resources", "Source"):
    copy = shutil.copytree if (HERE / name).is_dir() else shutil.copy
    copy(HERE / name, unfinished / name)
shutil.copy(ROOT / "LICENSE", unfinished / "LICENSE")
shutil.copy(HERE / "README.md", unfinished / "README.md")
third_party = unfinished / "Source/ThirdParty/MetaFaceLibrary"
shutil.copytree(ROOT / "plugins/sdk/include", third_party / "include")
for library in given.library:
    platform, _, file = library.rpartition("=")
    folder = third_party / "lib" / (platform or "Linux")
    folder.mkdir(parents=True)
    shutil.copy2(file, folder / FILES[platform or "Linux"])
shutil.rmtree(given.output, ignore_errors=True)
unfinished.rename(given.output)
size = sum(path.stat().st_size for path in given.output.rglob("*") if path.is_file())
print(f"{given.output}: {size / 1e6:.0f} MB")
