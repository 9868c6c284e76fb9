"""Animates sound as it arrives: 20 ms chunks of a file that stands for a microphone.

    python live_chunks.py line.wav
"""

import sys
import time

import metaface

CHUNK = 320  # 20 ms at 16 kHz


def main(path: str) -> None:
    sound = metaface.Sound.open(path)
    jaw = metaface.CHANNELS.index("JawOpen")
    stream = metaface.Animator().stream()
    frames, slowest, started = 0, 0.0, time.perf_counter()
    for start in range(0, len(sound.samples), CHUNK):
        arrived = time.perf_counter()
        for frame in stream.push(sound.samples[start : start + CHUNK]):
            frames += 1
            if frames % 25 == 0:
                print(f"{frames / stream.rate:5.1f} s  jaw {'#' * round(40 * frame[jaw])}")
        slowest = max(slowest, time.perf_counter() - arrived)
    frames += len(stream.finish())
    fraction = (time.perf_counter() - started) / sound.duration
    print(f"{frames} frames; slowest chunk {1000 * slowest:.0f} ms; {fraction:.0%} of real time")


if __name__ == "__main__":
    main(*sys.argv[1:])
