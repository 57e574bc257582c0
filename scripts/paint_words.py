"""Paints words on photos, for measuring what is read of them.

usage: paint_words.py PHOTOS_DIR OUT_DIR [COUNT]

OUT_DIR gets COUNT (100) pictures a script and labels.jsonl: file, script, text, and the half of the photo it was painted
on ("tune" or "held", by the first byte of SHA-256 of the photo's name). Needs Pillow, and the fonts of Debian's packages
fonts-dejavu-core, fonts-noto-core and fonts-noto-cjk. The same photos and COUNT give the same pictures.
"""

import hashlib
import json
import pathlib
import random
import sys

from PIL import Image, ImageDraw, ImageFont, ImageOps

NOTO = "/usr/share/fonts/truetype/noto/"
CJK = "/usr/share/fonts/opentype/noto/"
DEJAVU = "/usr/share/fonts/truetype/dejavu/"
ALPHABETS = [NOTO + "NotoSans-Bold.ttf", NOTO + "NotoSans-Regular.ttf", NOTO + "NotoSerif-Bold.ttf",
             DEJAVU + "DejaVuSans-Bold.ttf", DEJAVU + "DejaVuSans.ttf", DEJAVU + "DejaVuSerif-Bold.ttf"]
HAN = [CJK + "NotoSansCJK-Bold.ttc", CJK + "NotoSansCJK-Regular.ttc", CJK + "NotoSerifCJK-Bold.ttc"]
# In those collections the first face is Japanese, the second Korean, the third simplified, the fourth traditional.
SCRIPTS = {
    "latin": (ALPHABETS, 0, "LJR BATCH|PK 4.0|OG Quality|mirror 1:1|Replica AAA|whatsapp 8613800138|Best Batch|UA Grade|"
              "top quality|telegram @kicks88|DM for price|factory direct|no box sale|Édition spéciale|größe 42|qualité sup|"
              "calidad original|M Batch|H12 version|weidian 4427".split("|")),
    "han_simplified": (HAN, 2, "一比一复刻|顶级版本|莆田工厂直销|加微信看图|纯原品质|专柜同款|支持验货|厂家直供|高仿鞋|原单尾货|"
                       "一件代发|终端放店|真标半码|公司级|外贸原单|招代理".split("|")),
    "han_traditional": (HAN, 3, "頂級復刻|廠家直銷|加賴看圖|專櫃品質|原單貨|超A精仿|歡迎驗貨|臺灣現貨|編織手袋|運動鞋|貨到付款|"
                        "鑽錶現貨|誠徵代理|聯繫客服".split("|")),
    "katakana": (HAN, 0, "スーパーコピー|ブランド|レプリカ|シャネル|ルイヴィトン|ロレックス|ノーブランド|エルメス|ナイキ|グッチ|"
                 "プラダ|コピーライン".split("|")),
    "hiragana": (HAN, 0, "おしゃれ|そっくり|さいこうきゅう|おとくなねだん|にせもの|ほんもの|おすすめ|かわいいくつ|やすいかばん|"
                 "ごれんらくください".split("|")),
    # These are painted to see that they are found; the models do not read them.
    "greek": (ALPHABETS, 0, "ΑΝΤΙΓΡΑΦΟ|ΡΕΠΛΙΚΑ|προσφορά|ποιότητα|ΠΑΠΟΥΤΣΙΑ|τσάντα|ρολόι|ΕΚΠΤΩΣΗ".split("|")),
    "cyrillic": (ALPHABETS, 0, "КОПИЯ|реплика|ЛЮКС КАЧЕСТВО|оптом|паль|кроссовки|сумка|скидка".split("|")),
    "hangul": (HAN, 1, "레플리카|정품급|미러급|카톡문의|운동화|명품가방|특가|시계".split("|")),
}
# Longer side of a picture, as shops show them.
SIDE_MAX = 1000
# Difference of luma between letters and their ground that people read without effort.
STANDS_OUT = 50


def half(name: str) -> str:
    return "held" if hashlib.sha256(name.encode()).digest()[0] % 2 else "tune"


def luma(colour: tuple[int, ...]) -> float:
    return 0.3 * colour[0] + 0.6 * colour[1] + 0.1 * colour[2]


def colour(chance: random.Random, ground: Image.Image) -> tuple[tuple[int, ...], bool]:
    """A colour for letters on a grey ground, and whether it stands out against nearly all of it without an outline."""
    pixels = sorted(ground.resize((16, 16)).tobytes())
    low, high = pixels[len(pixels) // 20], pixels[-len(pixels) // 20]
    tries = [tuple(chance.randrange(256) for _ in range(3)) for _ in range(100)]
    apart = [one for one in tries if luma(one) <= low - STANDS_OUT or luma(one) >= high + STANDS_OUT]
    return (apart[0], True) if apart else (tries[0], False)


def painted(photo: Image.Image, text: str, fonts: list[str], face: int, chance: random.Random) -> Image.Image:
    """The photo with a text on it that people can read: size, place, colour, outline, slant and strength by chance."""
    width, height = photo.size
    size = chance.uniform(0.035, 0.11) * max(width, height)
    slant = chance.choice([0, 0, chance.uniform(-15, 15)])
    path = chance.choice(fonts)
    while True:
        font = ImageFont.truetype(path, max(int(size), 16), index=face)
        left, top, right, bottom = font.getbbox(text)
        if right - left < 0.9 * width or size < 18:
            break
        size *= 0.85
    # Outlines take up to a tenth of a letter on each side.
    margin = int(0.1 * size) + 2
    where = (margin - left, margin - top)
    inner = Image.new("L", (right - left + 2 * margin, bottom - top + 2 * margin))
    outer = inner.copy()
    ImageDraw.Draw(inner).text(where, text, 255, font)
    turned = inner.rotate(slant, Image.Resampling.BICUBIC, expand=True)
    x, y = [chance.randrange(max(1, outside - inside)) for outside, inside in zip(photo.size, turned.size)]
    ground = photo.crop((x, y, x + turned.width, y + turned.height)).convert("L")
    ink, plain = colour(chance, ground)
    strength = int(255 * chance.choice([1, 1, chance.uniform(0.7, 0.95)]))
    if not plain or chance.random() < 0.4:
        line = max(2, int(size * chance.uniform(0.05, 0.1)))
        ImageDraw.Draw(outer).text(where, text, strength, font, stroke_width=line, stroke_fill=strength)
        outline = (0, 0, 0) if luma(ink) > 128 else (255, 255, 255)
        photo.paste(outline, (x, y), outer.rotate(slant, Image.Resampling.BICUBIC, expand=True))
    photo.paste(ink, (x, y), turned.point(lambda value: value * strength // 255))
    return photo


def main():
    photos, out = map(pathlib.Path, sys.argv[1:3])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    out.mkdir(parents=True, exist_ok=True)
    chance = random.Random(4)
    names = sorted(path.name for path in photos.iterdir() if path.suffix == ".jpg")
    with open(out / "labels.jsonl", "w") as labels:
        for script, (fonts, face, texts) in SCRIPTS.items():
            for number, name in enumerate(chance.sample(names, count)):
                photo = ImageOps.exif_transpose(Image.open(photos / name)).convert("RGB")
                photo.thumbnail((SIDE_MAX, SIDE_MAX))
                text = chance.choice(texts)
                file = f"{script}-{number:04}.jpg"
                painted(photo, text, fonts, face, chance).save(out / file, quality=chance.choice([75, 85, 92]))
                row = {"file": file, "script": script, "text": text, "half": half(name), "photo": name}
                labels.write(json.dumps(row, ensure_ascii=False) + "\n")


main()
