"""Shows a recorded panel as an HTML page or a picture, with a note that it is not a screenshot."""
# ruff: noqa: E501

from __future__ import annotations

import html
import math
import shutil
import subprocess
import tempfile
from pathlib import Path

from drawn import Drawn

GLYPHS = {
    "ARMATURE_DATA": "♟", "MESH_DATA": "▽", "SHAPEKEY_DATA": "◈", "BONE_DATA": "╱", "CHECKMARK": "✓", "CANCEL": "✕",
    "ERROR": "⚠", "INFO": "ℹ", "FORWARD": "→", "PLAY_SOUND": "♪", "SOUND": "♪", "FILE_REFRESH": "⟳", "ADD": "+",
    "REMOVE": "−", "TRASH": "✕", "PRESET": "≡", "USER": "☺", "IMPORT": "⇣", "EXPORT": "⇡", "GREASEPENCIL": "✎",
    "FILE_FOLDER": "▤", "FILE_TICK": "▣", "LOOP_BACK": "↺", "RADIOBUT_ON": "◉", "RADIOBUT_OFF": "○", "TIME": "◷",
    "KEYINGSET": "◆", "KEYFRAME": "◇", "NLA_PUSHDOWN": "⤓",
}  # fmt: skip

STYLE = """
body{margin:0;background:#303030;font:12px/1.5 "DejaVu Sans",sans-serif;color:#e4e4e4;width:WIDTHpx}
.note{padding:6px 10px;color:#9a9a9a;font-size:10px;background:#262626}
.part{background:#3a3a3a;margin:4px;border-radius:4px}.part>.title{padding:4px 8px;font-weight:bold}
.part>.column{padding:2px 8px 8px}
.row,.split{display:flex;gap:3px;align-items:stretch}.row>*,.split>*{flex:1;min-width:0}
.item .operator,.row>.operator.icononly,.row>.column.narrow{flex:0 0 22px}
.box{background:#303030;border:1px solid #282828;border-radius:4px;padding:4px 6px;margin:3px 0}
.label{padding:1px 2px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;min-height:18px}
.operator{background:#565656;border-radius:3px;padding:2px 8px;margin:1px 0;text-align:center;white-space:nowrap;overflow:hidden}
.operator.flat{background:none;text-align:left}.operator.grey{color:#8a8a8a;background:#454545}.tall .operator{padding:7px}
.field{display:flex;gap:6px;margin:1px 0}.field>.name{flex:0 0 38%;text-align:right;color:#d0d0d0;white-space:nowrap}
.field>.value{flex:1;background:#545454;border-radius:3px;padding:1px 7px;min-width:0;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.field>.value.text{background:#1d1d1d}.inside{display:flex;justify-content:space-between;gap:8px}
.choices{display:flex;gap:1px}.choices span{flex:1;background:#545454;text-align:center;padding:2px;border-radius:2px}
.choices span.on,.toggle.on{background:#4772b3!important}.toggle{background:#545454;border-radius:3px;text-align:center;padding:1px 4px}
.check{padding:1px 2px}.check b{display:inline-block;width:13px;height:13px;line-height:13px;background:#545454;border-radius:3px;text-align:center;margin-right:5px;font-size:10px}
.check b.on{background:#4772b3}.list{background:#282828;border-radius:4px;padding:2px;margin:2px 0;max-height:190px;overflow:hidden}
.item.on{background:#4772b3;border-radius:3px}.panel>.row:before{content:"▸";flex:0 0 10px}.panel.open>.row:before{content:"▾"}
.panel>.column{padding-left:12px;font-size:11px}.separator{height:7px}.inactive{opacity:.5}
.bar{background:#545454;border-radius:3px;padding:1px 7px}
"""


def page(drawn: Drawn, note: str, width: int = 340) -> str:
    """The HTML page."""
    body = "".join(_draw(part) for part in drawn.parts)
    return (
        f'<!doctype html><meta charset="utf-8"><style>{STYLE.replace("WIDTH", str(width))}</style>'
        f'<div class="note">{html.escape(note)}</div>{body}'
    )


def picture(drawn: Drawn, path: Path, note: str, width: int = 340, height: int = 2000) -> None:
    """Renders the page to a PNG with a headless browser, and crops the empty area below."""
    from PIL import Image, ImageChops

    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        raise RuntimeError("Chromium not found, which draws the page: apt-get install chromium")
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "panel.html"
        source.write_text(page(drawn, note, width), encoding="utf-8")
        command = [browser, "--headless", "--no-sandbox", "--hide-scrollbars", "--force-device-scale-factor=1.5"]
        command += [f"--user-data-dir={scratch}/profile", f"--window-size={width},{height}"]
        command += [f"--screenshot={path}", source.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    image = Image.open(path).convert("RGB")
    background = Image.new("RGB", image.size, image.getpixel((image.width - 1, image.height - 1)))
    box = ImageChops.difference(image, background).getbbox()
    if box is not None:
        image = image.crop((0, 0, image.width, min(box[3] + 6, image.height)))
    image.quantize(64).save(path, optimize=True)


def _draw(one: Drawn) -> str:
    text = html.escape(one.text)
    icon = GLYPHS.get(one.icon, "")
    inner = "".join(_draw(part) for part in one.parts)
    layout = one.settings.get("layout")
    more = ""
    if layout is not None:
        more = ("" if layout.active else " inactive") + (" tall" if layout.scale_y > 1.0 else "")
    if one.kind == "part":
        return f'<div class="part"><div class="title">▾ {text}</div>{inner}</div>'
    if one.kind == "panel":
        return f'<div class="panel{" open" if one.value else ""}">{inner}</div>'
    if one.kind == "label":
        return f'<div class="label">{icon} {text}</div>' if icon else f'<div class="label">{text}</div>'
    if one.kind == "operator":
        kinds = (" grey" if one.grey else "") + ("" if one.text else " icononly")
        kinds += "" if one.form == "button" else " flat"
        return f'<div class="operator{kinds}">{icon} {text}</div>'
    if one.kind == "progress":
        return f'<div class="bar" style="{_slider(one.share)}">{text}</div>'
    if one.kind == "prop":
        return _field(one)
    if one.kind == "separator":
        return '<div class="separator"></div>'
    if one.kind == "item":
        return f'<div class="item{" on" if one.value else ""}">{inner}</div>'
    narrow = (
        " narrow"
        if one.kind == "column" and one.parts and all(p.kind == "operator" and not p.text for p in one.parts)
        else ""
    )
    if one.kind == "row" and one.text:
        return f'<div class="field"><span class="name">{text}</span><div class="row{more}" style="flex:1">{inner}</div></div>'
    return f'<div class="{one.kind}{more}{narrow}">{inner}</div>'


def _field(one: Drawn) -> str:
    name, split = html.escape(one.text), one.settings.get("split")
    if one.form == "BOOLEAN":
        on = " on" if one.value else ""
        if one.settings.get("toggle"):
            return f'<div class="toggle{on}">{name}</div>'
        check = f'<b class="{on.strip()}">{"✓" if one.value else ""}</b>'
        return f'<div class="check" style="{"flex:0 0 20px" if not name else ""}">{check}{name}</div>'
    if one.form == "ENUM" and one.settings.get("expand"):
        return (
            '<div class="choices">'
            + "".join(f'<span class="{"on" if on else ""}">{html.escape(text)}</span>' for text, on in one.choices)
            + "</div>"
        )
    shown = html.escape(_value(one))
    slider = _slider(one.share) if one.share else ""
    kind = "text" if one.form == "STRING" else ""
    if split and name:
        return f'<div class="field"><span class="name">{name}</span><span class="value {kind}" style="{slider}">{shown or "&nbsp;"}</span></div>'
    label = f"<span>{name}</span>" if name else ""
    return f'<div class="field"><span class="value {kind}" style="{slider}"><span class="inside">{label}<span>{shown or "&nbsp;"}</span></span></span></div>'


def _slider(share: float) -> str:
    return f"background:linear-gradient(90deg,#4772b3 {share:.0%},#545454 {share:.0%})"


def _value(one: Drawn) -> str:
    if one.form == "ENUM":
        return next((text for text, on in one.choices if on), "")
    if one.form == "FLOAT":
        return f"{math.degrees(one.value):.0f}°" if one.settings.get("subtype") == "ANGLE" else f"{one.value:.2f}"
    if one.form == "POINTER":
        return one.value.name if one.value is not None else ""
    return str(one.value)
