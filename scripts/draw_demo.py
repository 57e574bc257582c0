"""Draws the pictures of the demo, fixtures/demo/images and fixtures/demo/known: no photo is in them.

usage: draw_demo.py

Needs Pillow, segno (for the QR code) and Debian's package fonts-noto-core. The pictures are committed; run this only to
change them. The number is one that telephone companies keep for films, the shop behind the code does not exist.
"""

import math
import pathlib
import random

import segno
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

DEMO = pathlib.Path(__file__).resolve().parent.parent / "fixtures/demo"
BOLD = "/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf"
PLAIN = "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf"
# Everything is drawn three times as large and then made smaller, so that edges are smooth.
SIDE, LARGE = 640, 3
COLOURS = 96
NUMBER = "WhatsApp +1 202 555 0147"
ALBUM = "https://leather-room-no-such-shop.x.yupoo.com/albums/204"


class Scene:
    """A picture in coordinates from 0 to SIDE."""

    def __init__(self, wall, floor, edge=430):
        self.image = Image.new("RGB", (SIDE * LARGE, SIDE * LARGE), wall)
        self.draw = ImageDraw.Draw(self.image)
        self.box(0, edge, SIDE, SIDE, floor)

    def box(self, x1, y1, x2, y2, colour, radius=0, outline=None, width=0):
        corners = [v * LARGE for v in (x1, y1, x2, y2)]
        self.draw.rounded_rectangle(corners, radius * LARGE, colour, outline, width * LARGE)

    def disc(self, x, y, radius, colour, outline=None, width=0):
        corners = [v * LARGE for v in (x - radius, y - radius, x + radius, y + radius)]
        self.draw.ellipse(corners, colour, outline, round(width * LARGE))

    def shape(self, points, colour):
        self.draw.polygon([(x * LARGE, y * LARGE) for x, y in curve(points, True)], colour)

    def line(self, points, colour, width):
        path = [(x * LARGE, y * LARGE) for x, y in curve(points, False)]
        self.draw.line(path, colour, width * LARGE, "curve")
        for x, y in (path[0], path[-1]):
            r = width * LARGE / 2
            self.draw.ellipse((x - r, y - r, x + r, y + r), colour)

    def stitches(self, points, colour, width=2):
        path = curve(points, False)
        for i in range(0, len(path) - 4, 8):
            self.draw.line([(x * LARGE, y * LARGE) for x, y in path[i:i + 4]], colour, width * LARGE)

    def shadow(self, x1, y1, x2, y2, strength=70):
        mask = Image.new("L", (SIDE, SIDE), 0)
        ImageDraw.Draw(mask).ellipse((x1, y1, x2, y2), strength)
        mask = mask.filter(ImageFilter.GaussianBlur(9)).resize(self.image.size)
        self.image.paste((20, 16, 12), (0, 0), mask)

    def words(self, x, y, text, size, colour, font=BOLD, ground=None, turn=0):
        """Words around a middle, on a strip if it has a ground."""
        letters = ImageFont.truetype(font, size * LARGE)
        left, top, right, bottom = letters.getbbox(text)
        pad = round(size * LARGE * 0.4)
        strip = Image.new("RGBA", (right - left + 2 * pad, bottom - top + 2 * pad), ground or (0, 0, 0, 0))
        ImageDraw.Draw(strip).text((pad - left, pad - top), text, colour, letters)
        strip = strip.rotate(turn, Image.Resampling.BICUBIC, expand=True)
        at = (round(x * LARGE - strip.width / 2), round(y * LARGE - strip.height / 2))
        self.image.paste(strip, at, strip)

    def done(self):
        return self.image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def curve(points, closed):
    """A smooth line through the points (Catmull-Rom)."""
    n, out = len(points), []
    at = (lambda i: points[i % n]) if closed else (lambda i: points[max(0, min(i, n - 1))])
    for i in range(n if closed else n - 1):
        p = [at(i + k) for k in (-1, 0, 1, 2)]
        for step in range(24):
            t = step / 24
            weights = (-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2)
            out.append(tuple(sum(w * q[axis] for w, q in zip(weights, p)) / 2 for axis in (0, 1)))
    return out if closed else out + [points[-1]]


def trainer(wall, floor, upper, toe, accent, sole):
    scene = Scene(wall, floor)
    scene.shadow(70, 455, 590, 515, 110)
    scene.shape([(96, 452), (110, 478), (320, 486), (520, 484), (572, 466), (574, 438), (330, 440), (108, 430)], sole)
    scene.shape([(108, 440), (104, 360), (116, 270), (150, 236), (196, 240), (236, 268), (300, 306), (380, 356),
                 (470, 378), (545, 404), (566, 446), (330, 452)], upper)
    scene.shape([(430, 446), (444, 400), (490, 385), (545, 404), (566, 446)], toe)
    scene.shape([(108, 440), (104, 360), (112, 310), (150, 330), (176, 390), (170, 446)], accent)
    scene.shape([(116, 270), (150, 236), (196, 240), (206, 262), (160, 274)], toe)
    for i in range(5):
        x, y = 240 + 34 * i, 278 + 20 * i
        scene.line([(x - 8, y - 8), (x + 12, y + 4), (x + 2, y + 30)], (250, 250, 248), 7)
        scene.disc(x + 2, y + 32, 5, accent)
    for i in range(3):
        x = 212 + 52 * i
        scene.line([(x, 436), (x + 18, 396), (x + 62, 372 + 8 * i)], accent, 12)
    scene.stitches([(118, 428), (330, 434), (560, 430)], toe)
    scene.stitches([(182, 392), (200, 300), (250, 290)], toe)
    scene.line([(104, 462), (330, 470), (570, 456)], accent, 4)
    return scene


def running_shoe():
    scene = trainer((226, 222, 214), (196, 184, 168), (70, 84, 104), (38, 46, 60), (222, 120, 62), (244, 242, 236))
    scene.words(330, 96, "LJR BATCH  1:1", 44, (255, 255, 255), ground=(176, 26, 36), turn=4)
    scene.words(330, 584, NUMBER, 32, (28, 25, 23), ground=(252, 250, 244))
    return scene.done()


def walking_shoe():
    scene = trainer((222, 230, 232), (186, 196, 194), (240, 238, 230), (206, 200, 186), (60, 126, 110), (252, 252, 250))
    scene.words(320, 560, "Size 42 · EU", 30, (50, 60, 60))
    return scene.done()


def bag():
    scene = Scene((236, 228, 216), (206, 190, 168), 470)
    scene.shadow(110, 520, 520, 580, 110)
    scene.line([(200, 250), (206, 130), (300, 84), (396, 130), (402, 250)], (86, 52, 34), 16)
    scene.shape([(130, 250), (300, 240), (470, 250), (500, 400), (504, 540), (300, 556), (96, 540), (100, 400)], (152, 92, 56))
    scene.shape([(130, 250), (300, 240), (470, 250), (484, 330), (300, 384), (116, 330)], (132, 78, 46))
    scene.stitches([(122, 322), (300, 372), (478, 322)], (232, 196, 150))
    scene.stitches([(110, 526), (300, 540), (490, 526)], (232, 196, 150))
    scene.box(284, 352, 316, 398, (214, 178, 92), 6, (150, 118, 50), 3)
    code = segno.make(ALBUM, error="m", micro=False)
    cells = [list(row) for row in code.matrix_iter(scale=1, border=3)]
    cell, x0, y0 = 4, 456, 24
    scene.box(x0 - 6, y0 - 6, x0 + cell * len(cells) + 6, y0 + cell * len(cells) + 6, (255, 255, 255), 8)
    for y, row in enumerate(cells):
        for x, dark in enumerate(row):
            if dark:
                scene.box(x0 + cell * x, y0 + cell * y, x0 + cell * (x + 1), y0 + cell * (y + 1), (20, 20, 20))
    return scene.done()


def phone_case():
    scene = Scene((214, 224, 236), (190, 204, 222), 520)
    scene.shadow(190, 560, 450, 606, 100)
    scene.box(200, 120, 440, 590, (52, 98, 148), 44, (36, 72, 112), 8)
    scene.box(222, 142, 338, 262, (38, 74, 116), 30)
    for x, y in ((256, 176), (304, 228)):
        scene.disc(x, y, 24, (22, 26, 34), (120, 140, 160), 4)
        scene.disc(x, y, 10, (50, 62, 90))
    scene.disc(308, 172, 8, (250, 244, 220))
    scene.line([(232, 560), (300, 420), (250, 330), (408, 300)], (92, 142, 190), 10)
    scene.line([(280, 566), (350, 440), (320, 370), (418, 350)], (92, 142, 190), 10)
    scene.words(320, 64, "for iPhone 15", 46, (26, 44, 66))
    return scene.done()


def watch():
    """What a counterfeiter showed: a watch with its box and papers, on a patterned cloth."""
    scene, chance = Scene((70, 76, 84), (84, 90, 98), 640), random.Random(4)
    for _ in range(70):
        x, y, r = chance.randrange(SIDE), chance.randrange(SIDE), chance.randrange(5, 16)
        scene.disc(x, y, r, chance.choice([(92, 100, 110), (60, 64, 72), (112, 104, 92)]))
    scene.box(40, 60, 250, 250, (34, 74, 60), 10, (196, 164, 88), 5)
    scene.box(70, 92, 220, 220, (226, 214, 190), 6)
    scene.stitches([(60, 80), (140, 74), (232, 82)], (196, 164, 88))
    scene.shape([(438, 70), (610, 110), (570, 270), (400, 228)], (244, 240, 230))
    for i in range(6):
        scene.line([(446 - 6 * i, 104 + 22 * i), (570 - 6 * i - 12 * (i % 3), 133 + 22 * i)], (150, 150, 146), 4)
    scene.box(268, 180, 376, 620, (148, 152, 158), 14)
    for y in range(190, 620, 26):
        scene.box(272, y, 300, y + 20, (176, 180, 186), 4)
        scene.box(306, y, 338, y + 20, (204, 208, 212), 4)
        scene.box(344, y, 372, y + 20, (176, 180, 186), 4)
    scene.shadow(200, 290, 450, 550, 120)
    scene.disc(322, 400, 116, (196, 200, 206), (120, 124, 130), 5)
    scene.disc(322, 400, 92, (22, 52, 92), (230, 232, 236), 4)
    # The dial is brushed, as real ones are: a plain disc would look like something laid over the goods.
    for ray in range(0, 360, 6):
        x, y = math.cos(math.radians(ray)), math.sin(math.radians(ray))
        shade = (58, 96, 146) if ray % 12 else (12, 30, 58)
        scene.line([(322 + 14 * x, 400 + 14 * y), (322 + 86 * x, 400 + 86 * y)], shade, 4)
    for hour in range(12):
        mark = Image.new("RGBA", scene.image.size, (0, 0, 0, 0))
        top = [v * LARGE for v in (318, 318, 326, 338 if hour % 3 else 346)]
        ImageDraw.Draw(mark).rectangle(top, (240, 236, 220, 255))
        mark = mark.rotate(30 * hour, Image.Resampling.BICUBIC, center=(322 * LARGE, 400 * LARGE))
        scene.image.paste(mark, (0, 0), mark)
    scene.line([(322, 400), (322, 346)], (244, 240, 228), 9)
    scene.line([(322, 400), (376, 424)], (244, 240, 228), 7)
    scene.line([(322, 400), (276, 452)], (214, 70, 60), 3)
    scene.disc(322, 400, 8, (244, 240, 228))
    scene.box(436, 388, 456, 412, (170, 174, 180), 5)
    return scene.done()


def watch_again():
    """The same picture as it came back in a listing: mirrored, cropped, lighter."""
    part = ImageOps.mirror(watch()).crop((70, 110, 570, 610)).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return part.point(lambda v: min(255, round(v * 1.08) + 6))


def save(picture, name):
    path = DEMO / name
    path.parent.mkdir(exist_ok=True)
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(DEMO)}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    save(running_shoe(), "images/shoe-run.png")
    save(walking_shoe(), "images/shoe-walk.png")
    save(bag(), "images/bag.png")
    save(phone_case(), "images/case.png")
    save(watch_again(), "images/watch.png")
    save(watch(), "known/watch-test-purchase.png")
