"""What an engine receives over the network is the CLI's own clip, to the bit.

The packets are read by PyLiveLinkFace, a receiver that others wrote. They are compared with the bare
values of the Rust door, and with the text of the CSV that the CLI writes. Nothing leaves this
machine. METAFACE_PROGRAM and METAFACE_RUST_DOOR name programs; `cargo xtask doors` sets them, and runs this
file in an environment with `live_link_requirements.txt`.
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

received_by = pytest.importorskip(
    "pylivelinkface", reason="PyLiveLinkFace is absent; cargo xtask doors brings it"
)

SAMPLES = pathlib.Path(__file__).parent.parent.parent / "samples"
LINE = str(SAMPLES / "speech/line.wav")
NAMES = [shape.name for shape in received_by.FaceBlendShape]
# Live Link counts them to the right and downwards.
TURNED = [name.endswith(("Yaw", "Pitch")) for name in NAMES]
CASES = {
    "as the app sends": ["--fps", "60"],
    "television": ["--fps", "59.94", "--seed", "3"],
    "half as many": ["--fps", "30", "--gain", "JawOpen=1.3,HeadPitch+=0.05", "--strength", "0.9"],
    "film": ["--fps", "24000/1001", "--smooth", "0.4"],
    "somebody": ["--fps", "60", "--speaker", str(SAMPLES / "speakers/theatrical.speaker")],
}


def streamed(options: list[str]) -> tuple[list[bytes], dict]:
    """The packets that arrive, and the program's report."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as engine:
        engine.bind(("127.0.0.1", 0))
        engine.settimeout(0.2)
        # Room for all of them, however long we are kept from reading.
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
    packets, report = streamed([*options, *start])
    frames = {}
    for packet in packets:
        is_face, face = received_by.PyLiveLinkFace.decode(packet)
        assert is_face
        assert (face.name, len(face.uuid)) == ("Hero", 37), "PyLiveLinkFace puts a $ before the id"
        assert f"{face.fps}/{face._denominator}".removesuffix("/1") == report["fps"]
        assert face._sub_frame == 0
        frames[face._frames] = np.array(face._blend_shapes, "<f4")
    rate = np.ceil(values_per_second(report["fps"]))
    first = int(10 * 3600 * rate)
    # A machine that is busy for longer than a quarter of a second leaves frames out, and says so.
    assert len(frames) == len(values) - report["dropped"] >= 0.9 * len(values)
    for number, sent in frames.items():
        frame = number - first
        wanted = np.where(TURNED, 0 - values[frame], values[frame]).astype("<f4")
        assert sent.tobytes() == wanted.tobytes(), f"frame {frame} is not the clip's"
        for name, value in zip(NAMES, sent.tolist()):
            assert rows[frame][name] == f"{value:.10f}".replace("-0.0000000000", "0.0000000000")


def values_per_second(fps: str) -> float:
    numerator, _, denominator = fps.partition("/")
    return int(numerator) / int(denominator or 1)


def test_a_face_of_another_seed_is_noticed(tmp_path):
    values = rust_values(["--fps", "30", "--seed", "8"], tmp_path)
    packets, _ = streamed(["--fps", "30", "--seed", "9", "--no-rest"])
    sent = np.array([received_by.PyLiveLinkFace.decode(packet)[1]._blend_shapes for packet in packets])
    count = min(len(sent), len(values))
    assert np.abs(np.abs(sent[:count]) - np.abs(values[:count])).max() > 0.01


def test_packets_are_as_long_as_the_protocol_says():
    packets, report = streamed(["--fps", "30", "--subject", "A"])
    assert {len(packet) for packet in packets} == {270 + 36 + 1}
    assert packets[0][0] == 6
    assert packets[0][5:41].decode() == report["device_id"]
    # The last face is at rest.
    assert struct.unpack("!61f", packets[-1][-244:]) == (0.0,) * 61
