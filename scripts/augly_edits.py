#!/usr/bin/env python3
"""Edits photos with AugLy, so that `touchstone-trials copies --edited` can ask for them.

usage: scripts/augly_edits.py PHOTOS OUT [--count N] [--skip N] [--venv DIR]

Writes JPEG files and `edited.csv` (file,edit,source) into OUT. Photos are taken in the order in which the trial fills
its bank. The first run makes a Python environment with pinned packages beside OUT.
"""

import argparse
import csv
import hashlib
import os
import random
import subprocess
import sys
import venv
from pathlib import Path

# AugLy names an old Pillow and a torch that its image edits do not use: installed one by one, without what they name.
PACKAGES = [
    "augly==1.0.0",
    "Pillow==9.5.0",
    "numpy==1.26.4",
    "iopath==0.1.10",
    "python-magic==0.4.27",
    "regex==2026.11.19",
    "typing_extensions==4.16.0",
    "tqdm==4.70.1",
    "portalocker==4.4.2",
]


def edits(rng):
    """Names and edits, drawn anew for each photo."""
    import numpy

    # AugLy asks for names that numpy has dropped.
    numpy.float, numpy.int, numpy.bool = float, int, bool
    import augly.image as im
    import augly.utils as utils

    emoji = os.path.join(utils.SMILEY_EMOJI_DIR, "smiling_face_with_heart_eyes.png")
    emoji = emoji if os.path.exists(emoji) else utils.EMOJI_PATH
    colour = lambda: tuple(rng.randrange(256) for _ in range(3))
    cut = rng.uniform(0.0, 0.35)
    return {
        "blur": lambda p: im.blur(p, radius=rng.uniform(1.0, 3.5)),
        "brightness": lambda p: im.brightness(p, factor=rng.choice([0.5, 0.7, 1.4, 1.8])),
        "aspect": lambda p: im.change_aspect_ratio(p, ratio=rng.choice([0.6, 1.0, 1.3])),
        "jitter": lambda p: im.color_jitter(p, brightness_factor=1.2, contrast_factor=0.8, saturation_factor=1.6),
        "contrast": lambda p: im.contrast(p, factor=rng.choice([0.5, 1.8])),
        "crop": lambda p: im.crop(p, x1=cut, y1=cut, x2=cut + 0.6, y2=cut + 0.6),
        "encoding": lambda p: im.encoding_quality(p, quality=rng.choice([10, 20, 35])),
        "grayscale": lambda p: im.grayscale(p),
        "hflip": lambda p: im.hflip(p),
        "vflip": lambda p: im.vflip(p),
        "meme": lambda p: im.meme_format(p, text="WHEN IT IS ON SALE", caption_height=90),
        "opacity": lambda p: im.opacity(p, level=rng.uniform(0.4, 0.8)),
        "emoji": lambda p: im.overlay_emoji(
            p, emoji_path=emoji, x_pos=rng.uniform(0, 0.5), y_pos=rng.uniform(0, 0.5), emoji_size=rng.uniform(0.2, 0.5)
        ),
        "background": lambda p: im.overlay_onto_background_image(
            p, background_image=background(rng), overlay_size=rng.uniform(0.5, 0.8), x_pos=0.2, y_pos=0.15
        ),
        "screenshot": lambda p: im.overlay_onto_screenshot(p),
        "stripes": lambda p: im.overlay_stripes(
            p, line_width=0.3, line_color=colour(), line_angle=rng.uniform(-60, 60), line_density=0.4
        ),
        "text": lambda p: im.overlay_text(
            p, text=[rng.randrange(40) for _ in range(12)], font_size=0.14, color=colour(), x_pos=0.05, y_pos=0.3
        ),
        "pad": lambda p: im.pad(p, w_factor=0.3, h_factor=0.2, color=colour()),
        "pad_square": lambda p: im.pad_square(p, color=colour()),
        "perspective": lambda p: im.perspective_transform(p, sigma=rng.uniform(15, 40), seed=rng.randrange(1000)),
        "pixelization": lambda p: im.pixelization(p, ratio=rng.uniform(0.3, 0.6)),
        "noise": lambda p: im.random_noise(p, var=0.01, seed=rng.randrange(1000)),
        "rotate": lambda p: im.rotate(p, degrees=rng.choice([-25, -10, 8, 15, 30])),
        "saturation": lambda p: im.saturation(p, factor=rng.choice([0.2, 2.5])),
        "scale": lambda p: im.scale(p, factor=rng.choice([0.4, 0.6, 1.5])),
        "sharpen": lambda p: im.sharpen(p, factor=rng.choice([3.0, 10.0])),
        "shuffle": lambda p: im.shuffle_pixels(p, factor=0.05),
        "skew": lambda p: im.skew(p, skew_factor=rng.uniform(-0.3, 0.3)),
    }


def background(rng):
    """Another picture to lie on: a field of soft colour."""
    from PIL import Image

    small = Image.new("RGB", (4, 5))
    small.putdata([tuple(rng.randrange(256) for _ in range(3)) for _ in range(20)])
    return small.resize((500, 640), Image.BICUBIC)


def run(args):
    from PIL import Image

    files = sorted(args.photos.iterdir(), key=lambda f: hashlib.sha256(f"bank {f.name}".encode()).digest())
    args.out.mkdir(parents=True, exist_ok=True)
    rows = []
    for photo in files[args.skip : args.skip + args.count]:
        rng = random.Random(photo.name)
        for name, edit in edits(rng).items():
            edited = edit(Image.open(photo).convert("RGB")).convert("RGB")
            target = args.out / f"{photo.stem}.{name}.jpg"
            edited.save(target, quality=85)
            rows.append((target.name, f"augly_{name}", photo.name))
    with open(args.out / "edited.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("file", "edit", "source"))
        writer.writerows(rows)
    print(f"{len(rows)} files in {args.out}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--venv", type=Path)
    args = parser.parse_args()
    home = args.venv or args.out.parent / "augly-venv"
    python = home / "bin" / "python"
    if Path(sys.prefix).resolve() != home.resolve():
        if not python.exists():
            venv.create(home, with_pip=True)
            subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", *PACKAGES], check=True)
        os.execv(python, [python, __file__, *sys.argv[1:]])
    run(args)


if __name__ == "__main__":
    main()
