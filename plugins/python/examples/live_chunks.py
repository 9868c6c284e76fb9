"""Animates sound as it arrives, here 20 ms at a time from a file in place of a microphone.

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
    frames, slowest, begun = 0, 0.0, time.perf_counter()
    for start in range(0, len(sound.samples), CHUNK):
        arrived = time.perf_counter()
        for frame in stream.push(sound.samples[start : start + CHUNK]):
            frames += 1
            if frames % 25 == 0:
                print(f"{frames / stream.rate:5.1f} s  jaw {'#' * round(40 * frame[jaw])}")
        slowest = max(slowest, time.perf_counter() - arrived)
    frames += len(stream.finish())
    share = (time.perf_counter() - begun) / sound.duration
    print(f"{frames} frames; slowest chunk {1000 * slowest:.0f} ms; {share:.0%} of real time")


if __name__ == "__main__":
    main(*sys.argv[1:])
