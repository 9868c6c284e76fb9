"""Animates a folder of sounds, headless.

    python batch.py voices/ build/ --format glb,csv --speaker-dir speakers/ --jobs 4

The sound `anna_001.wav` is animated with `speakers/anna.speaker` if that file exists. An error in
one file does not stop the others; the exit code is then 1.
"""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import metaface

SOUNDS = {".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aiff"}


def animator_of(sound: Path, base: metaface.Animator, speakers: Path | None) -> metaface.Animator:
    speaker = speakers / f"{sound.stem.split('_')[0]}.speaker" if speakers else None
    return base.with_speaker(speaker) if speaker and speaker.exists() else base


def main() -> int:
    parser = argparse.ArgumentParser(description="Animates a folder of sounds, headless.")
    parser.add_argument("sounds", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--format", default="glb", help="file extensions, separated by commas")
    parser.add_argument("--fps", default="30")
    parser.add_argument("--character", type=Path, help="glTF or USD; defaults to the sample head")
    parser.add_argument("--speaker-dir", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()

    base = metaface.Animator()
    character = metaface.Character.open(options.character) if options.character else None

    def animate(sound: Path) -> str:
        animator = animator_of(sound, base, options.speaker_dir)
        clip = animator.animate(sound, fps=options.fps)
        for extension in options.format.split(","):
            clip.save(options.out / f"{sound.stem}.{extension}", character=character)
        warnings = "".join(f"\n  warning: {warning}" for warning in clip.warnings)
        return f"{sound.name}: {clip.duration:.1f} s{warnings}"

    failed = 0
    sounds = sorted(file for file in options.sounds.iterdir() if file.suffix.lower() in SOUNDS)
    with ThreadPoolExecutor(options.jobs) as threads:
        for sound, future in [(sound, threads.submit(animate, sound)) for sound in sounds]:
            try:
                print(future.result())
            except metaface.Error as error:
                failed += 1
                print(f"{sound.name}: {error.kind} error: {error}", file=sys.stderr)
    print(f"{len(sounds) - failed} of {len(sounds)} lines animated")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
