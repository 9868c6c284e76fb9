"""Draws Resources/Icon128.png from the sample head's picture: icon.py (needs Pillow)"""

import pathlib

from PIL import Image, ImageDraw, ImageFilter

HERE = pathlib.Path(__file__).parent
PICTURE = HERE.parent.parent / "docs/images/sample-head.png"
SIDE, SCALE = 128, 4  # pixels; drawn four times as large, then scaled down
FACE = (100, 130, 480, 510)  # left, top, right, bottom of the face in the picture
ORANGE = (255, 150, 66, 255)

side = SIDE * SCALE
face = Image.open(PICTURE).convert("RGBA").crop(FACE).resize((side, side), Image.LANCZOS)
mask = Image.new("L", (side, side), 0)
ImageDraw.Draw(mask).rounded_rectangle((0, 0, side - 1, side - 1), radius=side // 6, fill=255)

# Sound waves from the mouth.
waves = Image.new("RGBA", (side, side), (0, 0, 0, 0))
pen = ImageDraw.Draw(waves)
x, y = 0.44 * side, 0.815 * side
for number in (1, 2, 3):
    radius = (0.17 + 0.105 * number) * side
    box = (x - radius, y - radius, x + radius, y + radius)
    pen.arc(box, -32, 32, fill=ORANGE, width=round(0.045 * side))
shadow = Image.new("RGBA", waves.size, (20, 24, 30, 0))
shadow.putalpha(waves.getchannel("A").filter(ImageFilter.GaussianBlur(5 * SCALE)).point(lambda a: min(255, int(a * 0.9))))
drawn = Image.alpha_composite(Image.alpha_composite(face, shadow), waves)
drawn.putalpha(mask)
(HERE / "Resources").mkdir(exist_ok=True)
drawn.resize((SIDE, SIDE), Image.LANCZOS).save(HERE / "Resources/Icon128.png", optimize=True)
