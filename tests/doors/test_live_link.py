"""Tests that the Live Link packets contain the command line's clip, to the bit.

PyLiveLinkFace, an independent receiver, reads the packets. They are compared with the values of the
Rust door and with the text of the command line's CSV. The packets stay on this machine.
METAFACE_PROGRAM and METAFACE_RUST_DOOR name programs; `cargo xtask doors` sets them and runs this file
in an environment with `live_link_requirements.txt`.
"""

import csv
import json
import os
import pathlib
import socket
import struct
import subprocess

import numpy as np
import pytest

pylivelinkface = pytest.importorskip(
    "pylivelinkface", reason="PyLiveLinkFace is not installed; `cargo xtask doors` installs it"
)

SAMPLES = pathlib.Path(__file__).parent.parent.parent / "samples"
LINE = str(SAMPLES / "speech/line.wav")
NAMES = [shape.name for shape in pylivelinkface.FaceBlendShape]
# Live Link's yaw is positive to the right and its pitch downwards, opposite to MetaFace's.
NEGATED = [name.endswith(("Yaw", "Pitch")) for name in NAMES]
CASES = {
    "60 fps": ["--fps", "60"],
    "59.94 fps": ["--fps", "59.94", "--seed", "3"],
    "30 fps, gains and strength": ["--fps", "30", "--gains", "JawOpen=1.3,HeadPitch+=0.05", "--strength", "0.9"],
    "film rate and smoothing": ["--fps", "24000/1001", "--smoothing", "0.4"],
    "a speaker": ["--fps", "60", "--speaker", str(SAMPLES / "speakers/theatrical.speaker")],
}


def stream(options: list[str]) -> tuple[list[bytes], dict]:
    """The received packets and the program's report."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as engine:
        engine.bind(("127.0.0.1", 0))
        engine.settimeout(0.2)
        # Large enough for all packets, even if this process is slow to read them.
        engine.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        to = f"127.0.0.1:{engine.getsockname()[1]}"
        command = [os.environ["METAFACE_PROGRAM"], "stream", LINE, "--to", to, "--json", *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as program:
            packets = []
            while True:
                ended = program.poll() is not None
                try:
                    packets.append(engine.recv(2048))
                except TimeoutError:
                    if ended:
                        break
            assert program.returncode == 0
            return packets, json.loads(program.stdout.read())


def rust_values(options: list[str], folder: pathlib.Path) -> np.ndarray:
    values = folder / "values"
    command = [os.environ["METAFACE_RUST_DOOR"], LINE, "--values", str(values), *options]
    subprocess.run(command, check=True)
    return np.fromfile(values, "<f4").reshape(-1, 61)


def csv_rows(options: list[str], folder: pathlib.Path) -> list[dict]:
    file = folder / "line.csv"
    command = [os.environ["METAFACE_PROGRAM"], "animate", "--quiet", LINE, "-o", str(file), *options]
    subprocess.run(command, check=True)
    with open(file, newline="") as text:
        return list(csv.DictReader(text))


@pytest.mark.parametrize("case", CASES)
def test_every_packet_is_a_frame_of_the_clip(case, tmp_path):
    options = CASES[case]
    values = rust_values(options, tmp_path)
    rows = csv_rows(options, tmp_path)
    assert len(rows) == len(values)
    start = ["--no-rest", "--start", "10:00:00:00", "--subject", "Hero"]
    packets, report = stream([*options, *start])
    frames = {}
    for packet in packets:
        is_face, face = pylivelinkface.PyLiveLinkFace.decode(packet)
        assert is_face
        assert (face.name, len(face.uuid)) == ("Hero", 37), "PyLiveLinkFace prepends a $ to the id"
        assert f"{face.fps}/{face._denominator}".removesuffix("/1") == report["fps"]
        assert face._sub_frame == 0
        frames[face._frames] = np.array(face._blend_shapes, "<f4")
    rate = np.ceil(frames_per_second(report["fps"]))
    first = int(10 * 3600 * rate)
    # A machine that is busy for more than a quarter of a second drops frames and reports them.
    assert len(frames) == len(values) - report["dropped"] >= 0.9 * len(values)
    for number, sent in frames.items():
        frame = number - first
        expected = np.where(NEGATED, 0 - values[frame], values[frame]).astype("<f4")
        assert sent.tobytes() == expected.tobytes(), f"frame {frame} differs from the clip"
        for name, value in zip(NAMES, sent.tolist()):
            assert rows[frame][name] == f"{value:.10f}".replace("-0.0000000000", "0.0000000000")


def frames_per_second(fps: str) -> float:
    numerator, _, denominator = fps.partition("/")
    return int(numerator) / int(denominator or 1)


def test_a_different_seed_gives_different_packets(tmp_path):
    values = rust_values(["--fps", "30", "--seed", "8"], tmp_path)
    packets, _ = stream(["--fps", "30", "--seed", "9", "--no-rest"])
    sent = np.array([pylivelinkface.PyLiveLinkFace.decode(packet)[1]._blend_shapes for packet in packets])
    count = min(len(sent), len(values))
    assert np.abs(np.abs(sent[:count]) - np.abs(values[:count])).max() > 0.01


def test_packets_follow_the_protocol():
    packets, report = stream(["--fps", "30", "--subject", "A"])
    assert {len(packet) for packet in packets} == {270 + 36 + 1}
    assert packets[0][0] == 6
    assert packets[0][5:41].decode() == report["device_id"]
    # The last packet is the rest pose.
    assert struct.unpack("!61f", packets[-1][-244:]) == (0.0,) * 61
