"""Draws Resources/Icon128.png from the sample head's picture: icon.py (needs Pillow)"""

import pathlib

from PIL import Image, ImageDraw, ImageFilter

HERE = pathlib.Path(__file__).parent
PICTURE = HERE.parent.parent / "docs/images/sample-head.png"
SIDE, FINE = 128, 4  # drawn four times as large, then made small
FACE = (100, 130, 480, 510)  # left, top, right, bottom of the face in the picture
ORANGE = (255, 150, 66, 255)

side = SIDE * FINE
face = Image.open(PICTURE).convert("RGBA").crop(FACE).resize((side, side), Image.LANCZOS)
mask = Image.new("L", (side, side), 0)
ImageDraw.Draw(mask).rounded_rectangle((0, 0, side - 1, side - 1), radius=side // 6, fill=255)

# Sound comes from the mouth.
waves = Image.new("RGBA", (side, side), (0, 0, 0, 0))
pen = ImageDraw.Draw(waves)
x, y = 0.44 * side, 0.815 * side
for number in (1, 2, 3):
    reach = (0.17 + 0.105 * number) * side
    box = (x - reach, y - reach, x + reach, y + reach)
    pen.arc(box, -32, 32, fill=ORANGE, width=round(0.045 * side))
shadow = Image.new("RGBA", waves.size, (20, 24, 30, 0))
shadow.putalpha(waves.getchannel("A").filter(ImageFilter.GaussianBlur(5 * FINE)).point(lambda a: min(255, int(a * 0.9))))
drawn = Image.alpha_composite(Image.alpha_composite(face, shadow), waves)
drawn.putalpha(mask)
(HERE / "Resources").mkdir(exist_ok=True)
drawn.resize((SIDE, SIDE), Image.LANCZOS).save(HERE / "Resources/Icon128.png", optimize=True)
