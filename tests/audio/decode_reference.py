"""Decodes every sound file below a folder with libsndfile, as a reference for MetaFace's decoders.

    python3 decode_reference.py FOLDER OUT

Writes one file of little-endian float32 per sound into OUT (the mean of the channels, not resampled)
and `index.tsv` with one line per file: path below FOLDER, rate, channels, frames, file. Skips files
that libsndfile cannot read.
"""

import sys
from pathlib import Path

import numpy
import soundfile


def main(folder: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    lines = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        try:
            samples, rate = soundfile.read(path, dtype="float64", always_2d=True)
        except (RuntimeError, ValueError, MemoryError):
            continue
        name = f"{len(lines)}.f32"
        samples.mean(axis=1).astype("<f4").tofile(out / name)
        relative = path.relative_to(folder).as_posix()
        frames, channels = samples.shape
        lines.append(f"{relative}\t{rate}\t{channels}\t{frames}\t{name}\n")
    (out / "index.tsv").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
