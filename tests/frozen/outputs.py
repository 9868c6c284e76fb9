"""Records the outputs of the program, the C++ API and the Python package, and compares two records.

A refactoring must not change an output byte. Before it:

    python3 tests/frozen/outputs.py record target/frozen/before.json

and after it, on the same machine (other processors round differently):

    python3 tests/frozen/outputs.py record target/frozen/after.json
    python3 tests/frozen/outputs.py compare target/frozen/before.json target/frozen/after.json

`cargo xtask hosts` builds the programs. Reports are recorded without the times and the machine's name,
which differ in every run. Every difference must be intended.
"""

import argparse
import hashlib
import json
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SAMPLES = ROOT / "samples"
SPEAKERS = SAMPLES / "speakers"
FORMATS = ["glb", "gltf", "usdc", "usda", "usdz", "csv", "a2f.json", "cues.json", "tsv", "dat"]

PROGRAM = ROOT / "target/release/metaface"
CPP_DOOR = ROOT / "target/sdk/door/door"
PYTHON = ROOT / "plugins/python/build/python3.11/tester/bin/python"
PYTHON_DOOR = ROOT / "tests/doors/door.py"

# The options of `animate`, and the formats to record for each.
ANIMATIONS = {
    "defaults": ([], FORMATS),
    "fps-23.976": (["--fps", "23.976"], ["csv", "glb"]),
    "fps-24": (["--fps", "24"], ["csv", "usdc"]),
    "fps-25": (["--fps", "25"], ["csv"]),
    "fps-59.94-start": (["--fps", "59.94", "--start", "01:00:00;00"], ["csv", "usda"]),
    "fps-60": (["--fps", "60"], ["csv", "a2f.json"]),
    "seed": (["--seed", "12345678901234567890"], ["csv"]),
    "strength": (["--strength", "1.35"], ["csv"]),
    "liveliness": (["--liveliness", "0.3"], ["csv"]),
    "lips-only": (["--liveliness", "0"], ["csv"]),
    "gain": (["--gains", "JawOpen=1.2,HeadPitch+=0.05,brows=1.5,MouthSmile*=0.5"], ["csv", "glb"]),
    "smooth": (["--smoothing", "0.4"], ["csv"]),
    "no-head": (["--no-head"], ["csv", "glb"]),
    "no-eyes": (["--no-eyes"], ["csv"]),
    "everything": (
        ["--fps", "48", "--seed", "3", "--strength", "0.9", "--liveliness", "1.4"]
        + ["--gains", "mouth=1.1,HeadYaw=0.5", "--smoothing", "0.2", "--no-eyes"],
        ["csv", "glb", "usdc"],
    ),
    "theatrical": (["--speaker", str(SPEAKERS / "theatrical.speaker")], ["csv", "glb", "usdc"]),
    "mumbler-strong": (
        ["--speaker", str(SPEAKERS / "mumbler.speaker"), "--style-strength", "1.7"],
        ["csv", "glb"],
    ),
    "crisp-smiler": (["--speaker", str(SPEAKERS / "crisp-smiler.speaker"), "--fps", "60"], ["csv"]),
    "character-reduced": (
        ["--character", "hero.glb", "--rig-map", "hero.rigmap.json", "--reduce", "0.2", "--quantise", "16"],
        ["glb", "gltf"],
    ),
    "quantised-8": (["--quantise", "8"], ["glb"]),
    "usd-character": (["--character", "hero.usdc"], ["usdc", "usda"]),
}

STREAMS = {
    "app": ["--fps", "60"],
    "speaker": ["--fps", "30", "--gains", "JawOpen=1.3", "--speaker", str(SPEAKERS / "theatrical.speaker")],
}

PYTHON_CALLS = """
import hashlib, pathlib, sys
import numpy as np
import metaface

samples = pathlib.Path(sys.argv[1])
line, take = str(samples / "speech/line.wav"), str(samples / "speech/take.wav")
digest = lambda values: hashlib.sha256(np.ascontiguousarray(values, dtype="<f4").tobytes()).hexdigest()
animator = metaface.Animator()
clip = animator.animate(line, fps="60", seed=5, gains="JawOpen=1.1")
print("python/animate", digest(clip.values))
named = metaface.animate(line, speaker=str(samples / "speakers/mumbler.speaker"))
print("python/speaker", digest(named.values))
"""


class Recorder:
    """Runs commands in a new folder and records the hashes of their outputs."""

    def __init__(self, folder: pathlib.Path):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.folder = folder
        self.hashes: dict[str, str] = {}

    def run(self, command: list, **options) -> subprocess.CompletedProcess:
        done = subprocess.run(
            [str(word) for word in command], cwd=self.folder, capture_output=True, text=True, **options
        )
        if done.returncode != 0:
            sys.exit(f"failed ({done.returncode}): {' '.join(map(str, command))}\n{done.stderr}")
        return done

    def record(self, name: str, data: bytes) -> None:
        assert name not in self.hashes, f"{name} is recorded twice"
        self.hashes[name] = hashlib.sha256(data).hexdigest()

    def record_files(self, case: str, folder: pathlib.Path) -> None:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and ".metaface" not in file.parts:
                self.record(f"{case}/{file.relative_to(folder)}", normalised(file))

    def record_report(self, case: str, text: str) -> None:
        self.record(case, without_times(text).encode())


def normalised(file: pathlib.Path) -> bytes:
    """A file's bytes, without the values that differ in every run."""
    data = file.read_bytes()
    if file.suffix == ".html" or file.name.endswith("report.json"):
        return without_times(data.decode()).encode()
    return data


def without_times(text: str) -> str:
    """A report without durations, speeds and dates."""
    volatile = r'"(\w*(seconds|_ms|elapsed|started|finished|real_time\w*|per_minute|speed|host|date))"\s*:\s*'
    text = re.sub(volatile + r'(-?[\d.eE+-]+|"[^"]*"|null|\{[^}]*\})', r'"\1":"-"', text)
    text = re.sub(r"<td>\d+\.\d\d</td>", "<td>-</td>", text)  # seconds of work; those of sound have one digit
    return re.sub(r"\d+(\.\d+)? (ms|s|min|lines/min)(?!\w)", "- s", text)


def prepare(recorder: Recorder) -> None:
    """Creates the input files: sounds, a character with an edited rig map, a table."""
    folder = recorder.folder
    for name in ("line.wav", "take.wav"):
        shutil.copy(SAMPLES / "speech" / name, folder / name)
    shutil.copy(SAMPLES / "head/head.glb", folder / "hero.glb")
    recorder.run([PROGRAM, "inspect", "hero.glb", "--write-rig-map", "hero.rigmap.json", "-q"])
    recorder.record("inspect/hero.rigmap.json", (folder / "hero.rigmap.json").read_bytes())
    edited = json.loads((folder / "hero.rigmap.json").read_text())
    edited["targets"][0]["offset"] = 0.1
    edited["targets"].pop()
    (folder / "hero.rigmap.json").write_text(json.dumps(edited))
    recorder.run([PROGRAM, "animate", "take.wav", "-o", "hero.usdc", "-o", "take.csv", "--seed", "11", "-q"])
    (folder / "dialogue.csv").write_text(
        "audio,speaker,output,fps,strength,gains,seed,scene\n"
        "line.wav,,one,30,1,,1,opening\n"
        f"take.wav,{SPEAKERS / 'theatrical.speaker'},two,24,0.8,JawOpen=1.2,2,opening\n"
        "line.wav,,three,23.976,1.2,,3,end\n"
    )


def animations(recorder: Recorder) -> None:
    for case, (options, formats) in ANIMATIONS.items():
        case = f"animate/{case}"
        outputs = [part for name in formats for part in ("-o", f"{case}/line.{name}")]
        (recorder.folder / case).mkdir(parents=True)
        recorder.run([PROGRAM, "animate", "line.wav", *options, *outputs, "-q"])
        recorder.record_files(case, recorder.folder / case)


def conversions(recorder: Recorder) -> None:
    source = "animate/defaults"
    cases = {
        "glb": [f"{source}/line.csv", "-o", "convert/a.glb", "--character", "hero.glb"],
        "csv-24": [f"{source}/line.usdc", "-o", "convert/b.csv", "--fps", "24"],
        "two-lines": [f"{source}/line.csv", "take.csv", "-o", "convert/c.glb"],
        "additive": ["take.csv", "--additive", f"{source}/line.csv", "-o", "convert/d.usda"],
        "drop-frame": ["take.csv", "-o", "convert/e.usdc", "--fps", "29.97", "--start", "01:00:00;00"],
        "a2f": [f"{source}/line.glb", "-o", "convert/f.a2f.json"],
        "back": [f"{source}/line.a2f.json", "-o", "convert/g.csv"],
    }
    (recorder.folder / "convert").mkdir()
    for arguments in cases.values():
        recorder.run([PROGRAM, "convert", *arguments, "-q"])
    recorder.record_files("convert", recorder.folder / "convert")


def batches(recorder: Recorder) -> None:
    recorder.run(
        [PROGRAM, "batch", "dialogue.csv", "-o", "batch", "--format", "glb,usdc,csv", "-q"]
        + ["--report", "batch/report.html", "--smoothing", "0.1"]
    )
    recorder.record_files("batch", recorder.folder / "batch")


def learning(recorder: Recorder) -> None:
    adapt = [PROGRAM, "adapt", "take.wav", "--curves", "take.csv", "--consent", "a test", "-q"]
    recorder.run([*adapt, "-o", "fitted.speaker"])
    recorder.run([*adapt, "--instant", "-o", "instant.speaker"])
    recorder.run([PROGRAM, "adapt", "fitted.speaker", "instant.speaker", "--blend", "0.4", "-o", "both.speaker"])
    for name in ("fitted", "instant", "both"):
        recorder.record(f"adapt/{name}.speaker", (recorder.folder / f"{name}.speaker").read_bytes())
    recorder.run([PROGRAM, "animate", "line.wav", "--speaker", "fitted.speaker", "-o", "fitted.csv", "-q"])
    recorder.record("adapt/line.csv", (recorder.folder / "fitted.csv").read_bytes())


def reports(recorder: Recorder) -> None:
    commands = {
        "inspect/character": ["inspect", "hero.glb", "--json"],
        "inspect/speaker": ["inspect", "fitted.speaker", "--json"],
        "inspect/clip": ["inspect", "take.csv", "--json"],
        "inspect/sound": ["inspect", "line.wav", "--json"],
        "animate/report": ["animate", "line.wav", "-o", "report.csv", "--json"],
        "eval/phones": ["eval", SAMPLES / "speech", "--json", "--report", "eval.html", "--degrade", "telephone"],
    }
    for case, arguments in commands.items():
        recorder.record_report(case, recorder.run([PROGRAM, *arguments]).stdout)
    recorder.record("eval/page.html", normalised(recorder.folder / "eval.html"))
    recorder.run([PROGRAM, "preview", "animate/defaults/line.glb", "-o", "line.html", "-q"])
    recorder.record("preview/line.html", (recorder.folder / "line.html").read_bytes())


def packets(recorder: Recorder) -> None:
    """Records the values and frame numbers of live packets. Retries, because a busy machine drops packets."""
    for case, options in STREAMS.items():
        for _ in range(5):
            payloads = streamed_payloads(recorder, options)
            if payloads is not None:
                break
        else:
            sys.exit(f"stream {case}: this machine is too busy to send every frame; try again when it is idle")
        recorder.record(f"stream/{case}", b"".join(payloads))


def streamed_payloads(recorder: Recorder, options: list[str]) -> list[bytes] | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as engine:
        engine.bind(("127.0.0.1", 0))
        engine.settimeout(0.2)
        engine.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        to = f"127.0.0.1:{engine.getsockname()[1]}"
        command = [str(PROGRAM), "stream", "line.wav", "--to", to, "--start", "01:00:00:00", "--json", *options]
        received = []
        with subprocess.Popen(
            command, cwd=recorder.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as program:
            while True:
                ended = program.poll() is not None
                try:
                    received.append(engine.recv(2048))
                except TimeoutError:
                    if ended:
                        break
            report = json.loads(program.stdout.read())
        if report["dropped"] or len(received) != report["frames"]:
            return None
        return [payload_of(packet) for packet in received]


def payload_of(packet: bytes) -> bytes:
    """The packet without the device id before the subject, which differs between machines."""
    (length,) = struct.unpack_from(">i", packet, 1)
    return packet[5 + length :]


def other_doors(recorder: Recorder) -> None:
    options = ["--fps", "48", "--seed", "9", "--strength", "1.1", "--gains", "JawOpen=1.2", "--smoothing", "0.3"]
    options += ["--speaker", SPEAKERS / "theatrical.speaker", "--style-strength", "0.8"]
    for name, door in {"cpp": [CPP_DOOR], "python": [PYTHON, PYTHON_DOOR]}.items():
        folder = recorder.folder / "doors" / name
        folder.mkdir(parents=True)
        recorder.run([*door, "line.wav", *options, "--values", folder / "values", "-o", folder / "line.usda"])
        recorder.record_files(f"doors/{name}", folder)
    for line in recorder.run([PYTHON, "-c", PYTHON_CALLS, SAMPLES]).stdout.splitlines():
        name, digest = line.split()
        recorder.hashes[name] = digest


def record(output: pathlib.Path) -> None:
    missing = [str(file) for file in (PROGRAM, CPP_DOOR, PYTHON) if not file.exists()]
    if missing:
        sys.exit(f"missing: {', '.join(missing)}; build them with `cargo xtask hosts`")
    # The same folder for every record, because some files contain the sound's path.
    recorder = Recorder(ROOT / "target/frozen/work")
    for part in (prepare, animations, conversions, batches, learning, reports, packets, other_doors):
        part(recorder)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(recorder.hashes, indent=1, sort_keys=True) + "\n")
    print(f"{len(recorder.hashes)} outputs recorded in {os.path.relpath(output)}")


def compare(before: pathlib.Path, after: pathlib.Path) -> None:
    old, new = (json.loads(file.read_text()) for file in (before, after))
    different = [name for name in sorted(old.keys() & new.keys()) if old[name] != new[name]]
    for title, names in {
        "different": different,
        "gone": sorted(old.keys() - new.keys()),
        "new": sorted(new.keys() - old.keys()),
    }.items():
        for name in names:
            print(f"{title}: {name}")
    print(f"{len(old.keys() & new.keys()) - len(different)} of {len(old)} outputs are the same")
    sys.exit(bool(different or old.keys() - new.keys()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("record").add_argument("output", type=pathlib.Path)
    comparison = commands.add_parser("compare")
    comparison.add_argument("before", type=pathlib.Path)
    comparison.add_argument("after", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.command == "record":
        record(arguments.output.absolute())
    else:
        compare(arguments.before, arguments.after)


if __name__ == "__main__":
    main()
