"""Draws the diagrams of docs/architecture.md: `python3 xtask/book/drawings.py` writes docs/images/*.svg.

Each diagram has a background, so that it is readable on light and on dark pages.
"""

from pathlib import Path
from xml.sax.saxutils import escape

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"

BACKGROUND, INK, MUTED, LINE = "#fbfaf7", "#22303c", "#5d6b78", "#8796a5"
TINTS = {
    "interface": "#dcebf7",  # used by users
    "bridge": "#e9e2f5",
    "files": "#dff0e2",  # without the network
    "network": "#fbe6cf",
    "base": "#f3f1c9",
    "input": "#ebebeb",
}
FONT = "font-family='system-ui, Segoe UI, Helvetica, Arial, sans-serif'"


class Drawing:
    """Boxes and arrows, as SVG."""

    def __init__(self, width, height, title):
        self.width, self.height, self.title = width, height, title
        self.boxes, self.parts = {}, []

    def box(self, key, x, y, width, height, tint, name, *notes):
        """A box with a name and one or two lines of notes."""
        self.boxes[key] = (x, y, width, height)
        self.parts.append(
            f"<rect x='{x}' y='{y}' width='{width}' height='{height}' rx='7' fill='{TINTS[tint]}' "
            f"stroke='{LINE}'/>"
        )
        top = y + height / 2 - (len(notes) * 16) / 2 + 5
        self.text(x + width / 2, top, name, 15, INK, "middle", "600")
        for number, note in enumerate(notes, 1):
            self.text(x + width / 2, top + number * 17, note, 12, MUTED)

    def text(self, x, y, text, size=12, fill=MUTED, anchor="middle", weight="400"):
        self.parts.append(
            f"<text x='{x}' y='{y}' {FONT} font-size='{size}' font-weight='{weight}' fill='{fill}' "
            f"text-anchor='{anchor}'>{escape(text)}</text>"
        )

    def line(self, *points, head=""):
        """A polyline."""
        path = "M" + " L".join(f"{x:g} {y:g}" for x, y in points)
        self.parts.append(
            f"<path d='{path}' fill='none' stroke='{INK}' stroke-width='1.4' "
            f"stroke-linejoin='round'{head}/>"
        )

    def arrow(self, *points):
        """A polyline with an arrowhead at its end."""
        self.line(*points, head=" marker-end='url(#head)'")

    def down(self, above, below, at=0.5, into=0.5):
        """An arrow from the lower edge of a box to the upper edge of another; `at` and `into` are shares of the widths."""
        x, y, width, height = self.boxes[above]
        to_x, to_y, to_width, _ = self.boxes[below]
        start, end = (x + width * at, y + height), (to_x + to_width * into, to_y)
        if abs(start[0] - end[0]) < 1:
            self.arrow(start, end)
        else:
            middle = (start[1] + end[1]) / 2
            self.arrow(start, (start[0], middle), (end[0], middle), end)

    def across(self, left, right, at=0.5):
        """An arrow from the right edge of a box to the left edge of the next."""
        x, y, width, height = self.boxes[left]
        self.arrow((x + width, y + height * at), (self.boxes[right][0], y + height * at))

    def svg(self):
        head = (
            "<marker id='head' viewBox='0 0 8 8' refX='7' refY='4' markerWidth='8' markerHeight='8' "
            f"orient='auto'><path d='M0 0 L8 4 L0 8 z' fill='{INK}'/></marker>"
        )
        size = f"width='{self.width}' height='{self.height}' viewBox='0 0 {self.width} {self.height}'"
        ground = (
            f"<rect x='0.5' y='0.5' width='{self.width - 1}' height='{self.height - 1}' rx='10' "
            f"fill='{BACKGROUND}' stroke='{LINE}'/>"
        )
        return "\n".join(
            [
                f"<svg xmlns='http://www.w3.org/2000/svg' {size} role='img'>",
                f"<title>{escape(self.title)}</title>",
                f"<defs>{head}</defs>",
                ground,
                *self.parts,
                "</svg>\n",
            ]
        )


def rooms():
    """The packages of the repository and their dependencies."""
    d = Drawing(900, 690, "The packages of MetaFace and their dependencies")
    d.text(24, 30, "Arrows point from a package to its dependencies.", 12, MUTED, "start")
    d.box("cli", 24, 48, 190, 62, "interface", "cli", "the metaface program")
    d.box("blender", 258, 48, 150, 62, "interface", "plugins/blender", "an extension")
    d.box("maya", 428, 48, 150, 62, "interface", "plugins/maya", "a module")
    d.box("own", 598, 48, 120, 62, "interface", "your scripts", "import metaface")
    d.box("unreal", 738, 48, 138, 62, "interface", "plugins/unreal", "a C++ plugin")
    d.box("host", 258, 142, 320, 46, "bridge", "plugins/host", "what the Python hosts share")
    d.box("pipeline", 54, 222, 160, 62, "files", "pipeline", "tables, batches, shards")
    d.box("python", 258, 222, 460, 62, "bridge", "plugins/python", "import metaface: nanobind on the C++ API")
    d.box("training", 24, 330, 190, 62, "network", "training, evaluation", "core/training, core/evaluation:", "the base model and measures")
    d.box("sdk", 258, 330, 618, 62, "bridge", "plugins/sdk", "the cxx bridge and the C++17 API: headers, library, CMake package")
    d.box("live", 600, 438, 276, 46, "network", "live", "the face of sound as it arrives")
    d.box("exporters", 24, 538, 420, 62, "files", "exporters", "characters, rig maps, glTF, USD, curves; no network")
    d.box("core", 476, 538, 400, 62, "network", "core", "sound in, clip out; learning speakers; no character files")
    d.box("clip", 258, 636, 384, 36, "base", "core/clip: channels, rates, clips, lips")
    d.down("cli", "pipeline", 0.6, 84 / 160)
    d.arrow((38, 110), (38, 330))
    # The CLI and the pipeline depend on both; the CLI also on live.
    d.line((214, 93), (230, 93), (230, 478))
    d.line((214, 253), (230, 253))
    d.arrow((230, 478), (536, 478), (536, 538))
    d.arrow((230, 478), (230, 538))
    d.arrow((214, 66), (244, 66), (244, 461), (600, 461))
    d.arrow((119, 392), (119, 512), (500, 512), (500, 538))
    d.down("blender", "host", 0.5, 75 / 320)
    d.down("maya", "host", 0.5, 245 / 320)
    d.down("host", "python", 0.5, 160 / 460)
    d.down("own", "python", 0.5, 400 / 460)
    d.down("unreal", "sdk", 0.5, 549 / 618)
    d.down("python", "sdk", 0.5, 230 / 618)
    d.down("sdk", "live", 480 / 618, 0.5)
    d.arrow((350, 392), (350, 538))
    d.arrow((570, 392), (570, 538))
    d.down("live", "core", 0.5, 262 / 400)
    d.arrow((350, 600), (350, 636))
    d.arrow((560, 600), (560, 636))
    return d


def flow():
    """The stages from a sound to an animated character."""
    d = Drawing(900, 430, "How a sound becomes an animated character")
    y, height = 40, 74
    d.text(24, 26, "core", 13, INK, "start", "600")
    d.box("sound", 24, y, 112, height, "input", "sound", "any format,", "any rate")
    d.box("audio", 160, y, 128, height, "network", "audio", "16 kHz mono,", "log-mel, 100 Hz")
    d.box("norm", 312, y, 124, height, "network", "normalised", "per file, or", "running (live)")
    d.box("content", 460, y, 134, height, "network", "content", "50 Hz,", "193 ms look-ahead")
    d.box("decoder", 618, y, 128, height, "network", "decoder", "52 blendshapes,", "closures")
    d.box("lips", 770, y, 106, height, "network", "lips", "shut on p b m")
    for left, right in zip(("sound", "audio", "norm", "content", "decoder"), ("audio", "norm", "content", "decoder", "lips")):
        d.across(left, right)
    d.box("speaker", 460, 160, 286, 66, "network", "speaker", "rest pose, latent and memory, adapters,", "head and eye habits")
    d.arrow((682, 160), (682, y + height))
    d.box("prosody", 160, 160, 276, 66, "network", "prosody", "loudness, silence -> phrases, accents", "-> brows, head, eyes, from a seed")
    d.arrow((224, y + height), (224, 160))
    d.arrow((460, 193), (436, 193))
    d.box("clip", 330, 264, 260, 50, "base", "clip: 61 channels", "at an exact frame rate")
    d.arrow((823, y + height), (823, 289), (590, 289))
    d.arrow((298, 226), (298, 289), (330, 289))
    d.text(24, 336, "exporters", 13, INK, "start", "600")
    d.box("curves", 24, 346, 250, 66, "files", "curves", "Live Link CSV and UDP, Audio2Face,", "Rhubarb, Moho")
    d.box("rig", 330, 346, 260, 66, "files", "rig map", "which channel drives which", "morph target or joint")
    d.box("scene", 646, 346, 230, 66, "files", "glTF, USD, hosts' keys", "weights and rotations:", "a performance")
    d.arrow((460, 314), (460, 346))
    d.arrow((400, 314), (400, 330), (149, 330), (149, 346))
    d.across("rig", "scene")
    return d


DRAWINGS = {"rooms.svg": rooms, "flow.svg": flow}


def main():
    for name, draw in DRAWINGS.items():
        (IMAGES / name).write_text(draw().svg(), encoding="utf-8")


if __name__ == "__main__":
    main()
