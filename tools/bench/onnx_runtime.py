"""Compares the speed of the network with the same graph in ONNX Runtime.

    onnx_runtime.py BASE_MODEL NETWORK_SPEED_PROGRAM [SECONDS [ROUNDS]]

Builds the graph of core/src/model/network.rs from the base model's file, checks that both give the
same blendshapes, and measures them alternately, with one thread per processor.
"""

import json
import os
import struct
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

# As in core/src/model/network.rs: (frames back, frames ahead, dilation) of every block.
BOTH, BACK = (lambda d: (1, 1, d)), (lambda d: (2, 0, d))
CONTENT = [BOTH(1), BOTH(1), BACK(4), BOTH(2), BACK(8), BOTH(1), BACK(16), BOTH(1), BACK(4)]
DECODER = [BOTH(1), BACK(2), BOTH(1)]
STEM = (3, 2)
STRIDE, BANDS, CHANNELS, FRAME_RATE = 2, 80, 52, 50


def read_weights(path):
    """The tensors of a safetensors file with half-precision weights."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    weights = {}
    for name, entry in header.items():
        if name != "__metadata__":
            first, last = (8 + length + offset for offset in entry["data_offsets"])
            values = np.frombuffer(data[first:last], dtype="<f2")
            weights[name] = values.astype(np.float32).reshape(entry["shape"])
    return weights


class Graph:
    """Builder of an ONNX graph over [1, channels, time]."""

    def __init__(self, weights):
        self.weights, self.nodes, self.constants = weights, [], []

    def add(self, kind, inputs, **attributes):
        output = f"{kind}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def constant(self, value):
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def convolve(self, x, name, taps=1, dilation=1, pads=(0, 0), stride=1):
        """A linear layer over `taps` neighbouring frames, which is a convolution."""
        weight = self.weights[name + ".weight"]
        rows, width = weight.shape
        kernel = weight.reshape(taps, rows // taps, width).transpose(2, 1, 0)
        return self.add(
            "Conv",
            [x, self.constant(kernel), self.constant(self.weights[name + ".bias"])],
            kernel_shape=[taps],
            dilations=[dilation],
            pads=list(pads),
            strides=[stride],
        )

    def normalise(self, x, name):
        """Layer normalisation over channels."""
        turned = self.add("Transpose", [x], perm=[0, 2, 1])
        gain, shift = (self.constant(self.weights[f"{name}.{part}"]) for part in ("gamma", "beta"))
        normal = self.add("LayerNormalization", [turned, gain, shift], axis=-1, epsilon=1e-5)
        return self.add("Transpose", [normal], perm=[0, 2, 1])

    def block(self, x, name, taps):
        before, after, dilation = taps
        hidden = self.convolve(
            self.normalise(x, name + ".norm"),
            name + ".convolve",
            taps=before + 1 + after,
            dilation=dilation,
            pads=(before * dilation, after * dilation),
        )
        hidden = self.add("Mul", [hidden, self.add("Sigmoid", [hidden])])
        return self.add("Add", [x, self.convolve(hidden, name + ".mix")])


def build(weights):
    """The network for the average style."""
    graph = Graph(weights)
    x = graph.convolve("mel", "stem", taps=sum(STEM) + 1, pads=STEM, stride=STRIDE)
    for i, taps in enumerate(CONTENT):
        x = graph.block(x, f"content.{i}", taps)
    content = graph.normalise(x, "content_norm")
    phones = graph.convolve(content, "phones")
    gain, shift = np.split(weights["style.bias"].reshape(1, -1, 1), 2, axis=1)
    x = graph.add("Mul", [content, graph.constant(gain + 1)])
    x = graph.add("Add", [x, graph.constant(shift)])
    for i, taps in enumerate(DECODER):
        x = graph.block(x, f"decoder.{i}", taps)
    x = graph.normalise(x, "decoder_norm")
    outputs = [graph.convolve(x, "expression"), graph.convolve(x, "closure"), phones]
    value = lambda name, *shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    model = helper.make_graph(
        graph.nodes,
        "metaface",
        [value("mel", 1, BANDS, None)],
        [value(output, 1, None, None) for output in outputs],
        graph.constants,
    )
    model = helper.make_model(model, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def flop_per_frame(weights):
    return 2 * sum(
        w.size for name, w in weights.items() if name.endswith(".weight") and name != "style.weight"
    )


def sgemm_flops(size=2048, runs=5):
    """The practical peak of the processors: FLOP/s of one large matrix product."""
    a = np.random.default_rng(0).standard_normal((size, size), dtype=np.float32)
    a @ a
    best = min(timed(lambda: a @ a) for _ in range(runs))
    return 2 * size**3 / best


def timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main():
    base, program = sys.argv[1:3]
    seconds = int(sys.argv[3]) if len(sys.argv) > 3 else 240
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 5
    weights = read_weights(base)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count()
    session = onnxruntime.InferenceSession(
        build(weights).SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    steps, bands = np.arange(seconds * FRAME_RATE * STRIDE)[None, :], np.arange(BANDS)[:, None]
    mel = (((steps * 31 + bands * 17) % 23) / np.float32(8) - np.float32(1.4)).astype(np.float32)
    mel = np.ascontiguousarray(mel[None])
    run = lambda: session.run(None, {"mel": mel})

    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "expression.bin")
        subprocess.run([program, str(seconds), output], check=True, capture_output=True)
        ours = np.fromfile(output, dtype="<f4").reshape(-1, CHANNELS)
    difference = np.abs(ours - run()[0][0].T).max()
    if not difference < 1e-3:
        sys.exit(f"the two graphs differ by {difference}")

    times = {"MetaFace": [], "ONNX Runtime": []}
    for _ in range(rounds):
        result = subprocess.run([program, str(seconds)], check=True, capture_output=True)
        times["MetaFace"].append(json.loads(result.stdout)["seconds"])
        times["ONNX Runtime"].append(min(timed(run) for _ in range(3)))
    peak = sgemm_flops()
    work = flop_per_frame(weights) * FRAME_RATE * seconds
    print(f"\nthe network alone, {seconds} s of speech, {os.cpu_count()} threads, median of {rounds} runs")
    print(f"(ONNX Runtime {onnxruntime.__version__}; largest difference of a blendshape {difference:.1e};")
    print(f"{work / 1e9:.0f} GFLOP; one large matrix product in NumPy reaches {peak / 1e9:.0f} GFLOP/s)\n")
    print("| network | seconds | times real time | GFLOP/s | share of that |")
    print("|---|---|---|---|---|")
    for name, measured in times.items():
        median = float(np.median(measured))
        rate = work / median
        print(
            f"| {name} | {median:.3f} ({min(measured):.3f} to {max(measured):.3f}) "
            f"| {seconds / median:.0f} | {rate / 1e9:.0f} | {rate / peak:.0%} |"
        )


main()
