"""Stages the plugin for a project or a zip file: stage.py --library libmetaface.a --output FOLDER

Give --library once for each platform, as PLATFORM=FILE (Win64, Mac, Linux); the platform defaults to
Linux. Build the library of each platform on that platform.
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
arguments = parser.parse_args()

# Staged beside the output folder, then moved: an interrupted run leaves no incomplete plugin.
unfinished = arguments.output.with_name(arguments.output.name + ".unfinished")
shutil.rmtree(unfinished, ignore_errors=True)
unfinished.mkdir(parents=True)
for name in ("MetaFace.uplugin", "Config", "Resources", "Source"):
    copy = shutil.copytree if (HERE / name).is_dir() else shutil.copy
    copy(HERE / name, unfinished / name)
shutil.copy(ROOT / "LICENSE", unfinished / "LICENSE")
shutil.copy(HERE / "README.md", unfinished / "README.md")
third_party = unfinished / "Source/ThirdParty/MetaFaceLibrary"
shutil.copytree(ROOT / "plugins/sdk/include", third_party / "include")
for library in arguments.library:
    platform, _, file = library.rpartition("=")
    folder = third_party / "lib" / (platform or "Linux")
    folder.mkdir(parents=True)
    shutil.copy2(file, folder / FILES[platform or "Linux"])
shutil.rmtree(arguments.output, ignore_errors=True)
unfinished.rename(arguments.output)
size = sum(path.stat().st_size for path in arguments.output.rglob("*") if path.is_file())
print(f"{arguments.output}: {size / 1e6:.0f} MB")
