"""Animates a folder of sounds, headless.

    python batch.py voices/ build/ --format glb,csv --speaker-dir speakers/ --jobs 4

A line `anna_001.wav` is spoken as `speakers/anna.speaker` where that exists. One bad file does
not stop the others; the exit code says whether there was one.
"""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import metaface

SOUNDS = {".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aiff"}


def animator_of(sound: Path, base: metaface.Animator, speakers: Path | None) -> metaface.Animator:
    speaker = speakers / f"{sound.stem.split('_')[0]}.speaker" if speakers else None
    return base.speaking_as(speaker) if speaker and speaker.exists() else base


def main() -> int:
    parser = argparse.ArgumentParser(description="Animates a folder of sounds, headless.")
    parser.add_argument("sounds", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--format", default="glb", help="endings, with commas between them")
    parser.add_argument("--fps", default="30")
    parser.add_argument("--character", type=Path, help="glTF or USD; the sample head without")
    parser.add_argument("--speaker-dir", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()

    base = metaface.Animator()
    character = metaface.Character.open(options.character) if options.character else None

    def make(sound: Path) -> str:
        animator = animator_of(sound, base, options.speaker_dir)
        clip = animator.animate(sound, fps=options.fps)
        for ending in options.format.split(","):
            clip.save(options.out / f"{sound.stem}.{ending}", character=character)
        notes = "".join(f"\n  note: {warning}" for warning in clip.warnings)
        return f"{sound.name}: {clip.duration:.1f} s{notes}"

    failed = 0
    sounds = sorted(file for file in options.sounds.iterdir() if file.suffix.lower() in SOUNDS)
    with ThreadPoolExecutor(options.jobs) as threads:
        for sound, line in [(sound, threads.submit(make, sound)) for sound in sounds]:
            try:
                print(line.result())
            except metaface.Error as error:
                failed += 1
                print(f"{sound.name}: {error.kind} error: {error}", file=sys.stderr)
    print(f"{len(sounds) - failed} of {len(sounds)} lines made")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
