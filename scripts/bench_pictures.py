#!/usr/bin/env python3
"""Pictures, side by side in one run: from file to fingerprint, and from fingerprint to the entries near it.

First what cannot be gone below: a bare decode by libjpeg-turbo at the scale that the fingerprint uses; reading half a hash
from anywhere in a table, as often as random hashes ask for. Then ours, and the same job as the public Python packages do
it as shipped. All on one thread, in processor time; of several rounds the fastest.

usage: bench_pictures.py TRIALS --photos DIR [--entries 1000000,10000000] [--keep DIR] [--command TEXT]

TRIALS is the program `touchstone-trials`. Photos are cut square, scaled to 800 × 800 and saved as JPEG of quality 85, as
shops do. Prints Markdown; with --keep, raw results go to DIR as JSON, and the same Markdown beside them.
"""
import argparse
import datetime
import io
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

import faiss
import numpy as np
import pdqhash
from PIL import Image, ImageOps
from threatexchange.signal_type.pdq import pdq_hasher

PACKAGES = ["pdqhash", "threatexchange", "faiss-cpu", "pillow", "numpy"]
RADIUS = 31


def squares(photos: Path, folder: Path, count: int) -> list[Path]:
    """The first photos by name, as a shop would show them."""
    files = []
    for photo in sorted(photos.rglob("*.jpg"))[:count]:
        image = ImageOps.exif_transpose(Image.open(photo)).convert("RGB")
        file = folder / f"{len(files):04}.jpg"
        ImageOps.fit(image, (800, 800), Image.Resampling.LANCZOS).save(file, quality=85)
        files.append(file)
    return files


def in_hex(bits: np.ndarray) -> str:
    return "%064x" % int("".join(map(str, bits)), 2)


def shipped(data: bytes) -> None:
    """As `threatexchange` reads a file."""
    pdq_hasher.pdq_from_bytes(data)


def whole(data: bytes) -> None:
    pdqhash.compute(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))


def drafted(data: bytes) -> None:
    """Pillow decodes grey at a quarter of the size, too."""
    image = Image.open(io.BytesIO(data))
    image.draft("L", (200, 200))
    grey = np.asarray(image)
    pdqhash.compute(np.repeat(grey[..., np.newaxis], 3, axis=2))


def times(job, data: list[bytes], rounds: int) -> dict:
    nanos = []
    for _ in range(rounds):
        before = time.thread_time_ns()
        for one in data:
            job(one)
        nanos.append((time.thread_time_ns() - before) / len(data))
    nanos.sort()
    return {"fastest_us": round(nanos[0] / 1000, 1), "median_us": round(nanos[len(nanos) // 2] / 1000, 1), "rounds": rounds}


def trial(program: str, *words: str) -> str:
    return subprocess.run([program, "speed", *words], check=True, capture_output=True, text=True).stdout


def agreement(program: str, files: list[Path]) -> dict:
    """How often the public implementation says the same hash and quality, of the picture and of its eight symmetries."""
    same = all_eight = 0
    for line, file in zip(trial(program, "hash", *map(str, files)).splitlines(), files):
        quality, *ours = line.split()
        pixels = np.asarray(Image.open(file).convert("RGB"))
        bits, theirs = pdqhash.compute(pixels)
        same += (in_hex(bits), theirs) == (ours[0], int(quality))
        eight, _ = pdqhash.compute_dihedral(pixels)
        all_eight += sorted(map(in_hex, eight)) == sorted(ours)
    return {"files": len(files), "same": same, "same_eight": all_eight}


def fingerprints(program: str, photos: Path, count: int, rounds: int) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        files = squares(photos, Path(folder), count)
        data = [file.read_bytes() for file in files]
        ours = json.loads(trial(program, "fingerprint", "--rounds", str(rounds), *map(str, files)))
        rivals = {name: times(job, data, rounds) for name, job in JOBS.items()}
        return {"ours": ours, "rivals": rivals, "agreement": agreement(program, files)}


JOBS = {"threatexchange": shipped, "pdqhash": whole, "pdqhash_draft": drafted}


def found_by(index, queries: np.ndarray) -> tuple[float, set]:
    """Microseconds a query, and what was found: query, entry, distance."""
    before = time.thread_time_ns()
    limits, distances, ids = index.range_search(queries, RADIUS + 1)
    micros = (time.thread_time_ns() - before) / len(queries) / 1000
    owners = np.repeat(np.arange(len(queries)), np.diff(limits.astype(np.int64)))
    return micros, set(zip(owners.tolist(), ids.tolist(), np.asarray(distances).astype(int).tolist()))


def search(program: str, entries: int, kind: list[str], label: str, hashing: bool, slow: int = 40, queries: int = 1000) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        count = ["--count", str(entries), "--queries", str(queries), "--write", folder]
        ours = json.loads(trial(program, "search", *count, *kind))
        have = np.fromfile(f"{folder}/entries.bin", dtype=np.uint8).reshape(-1, 32)
        ask = np.fromfile(f"{folder}/queries.bin", dtype=np.uint8).reshape(-1, 32)[:slow]
        hits = (tuple(map(int, line.split())) for line in open(f"{folder}/hits.txt", encoding="ascii"))
        expected = {hit for hit in hits if hit[0] < slow}
    rivals = {}
    flat = faiss.IndexBinaryFlat(256)
    flat.add(have)
    rounds = [found_by(flat, ask) for _ in range(2)]
    rivals["flat"] = {"us": round(min(r[0] for r in rounds), 1), "same": rounds[0][1] == expected}
    del flat
    if hashing:
        multi = faiss.IndexBinaryMultiHash(256, 16, 16)
        multi.nflip = 1
        multi.add(have)
        rounds = [found_by(multi, ask) for _ in range(2)]
        rivals["multi_hash"] = {"us": round(min(r[0] for r in rounds), 1), "same": rounds[0][1] == expected}
    return {"kind": label, "ours": ours, "rivals": rivals, "rival_queries": slow}


def machine() -> dict:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"processor": model, "cores": os.cpu_count(), "memory_gib": round(memory, 1), "kernel": platform.release(),
            "load_after": round(os.getloadavg()[0], 1)}


def markdown(result: dict) -> str:
    prints, rows = result["fingerprints"], []
    ours, rivals = prints["ours"], prints["rivals"]
    bare = ours["bare_grey_quarter"]["fastest_us"]

    def row(name: str, cost: dict) -> str:
        us = cost["fastest_us"]
        return f"| {name} | {us:,.0f} | {cost['median_us']:,.0f} | {bare / us:.2f} |"

    mine = ours["pdq_scaled"]["fastest_us"]
    names = {
        "bare_grey_quarter": "bare libjpeg-turbo, grey, 1/4: the limit", "grey_scaled": "`grey_scaled`",
        "pdq_scaled": "`grey_scaled` and `pdq_scaled`", "pdq_scaled_all_eight": "the same, all eight symmetries",
        "decode": "`decode`, whole, in colour", "pdq_full": "`decode` and `pdq_full`",
    }
    rows += [row(text, ours[key]) for key, text in names.items()]
    rows += [row(name, cost) for name, cost in rivals.items()]
    lines = [
        f"# Pictures, {result['date']}", "",
        "{processor}, {cores} cores, {memory_gib} GiB, Linux {kernel}, load {load_after} at the end".format(**result["machine"])
        + f"; commit `{result['commit']}`; " + ", ".join(f"{k} {v}" for k, v in result["packages"].items()) + ".", "",
        f"## From file to fingerprint: {ours['files']} photos of 800 × 800, {ours['bytes_mean']:,} bytes on average, one thread", "",
        "| what | µs, fastest round | median | of the bare rate |", "|---|---|---|---|", *rows, "",
        f"* `pdq_scaled` runs at {ours['pdq_scaled_of_bare_rate']} of the bare rate.",
        *[f"* Against {name}: {cost['fastest_us'] / mine:.1f} × its speed." for name, cost in rivals.items()],
        "* `pdq_full` says the hash and quality of `pdqhash` for {same} of {files} photos, and all eight hashes for {same_eight}.".format(**prints["agreement"]), "",
        f"## Exact search within {RADIUS} bits, one thread", "",
        "Least: 272 of 65,536 hashes read from anywhere, half a hash each, as random ones ask for; hashes like photos crowd more.", "",
        "| entries | hashes | least, µs | ours, µs a query | comparing all | faiss flat | faiss multi-hash | faster than flat | than multi-hash | same hits | bytes an entry |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in result["searches"]:
        o, flat, multi = one["ours"], one["rivals"]["flat"], one["rivals"].get("multi_hash")
        us = o["within"]["fastest_us"]
        same = flat["same"] and (multi is None or multi["same"])
        lines.append(
            f"| {o['entries']:,} | {one['kind']} | {o['least_us_for_random_hashes']:,.0f} | {us:,.0f} | {o['within_of_all']['fastest_us']:,.0f} "
            f"| {flat['us']:,.0f} | {multi['us'] if multi else '–'} | {flat['us'] / us:.1f} × | {format(multi['us'] / us, '.1f') + ' ×' if multi else '–'} "
            f"| {'yes' if same else 'NO'} | {o['bytes_an_entry']} |")
    return "\n".join([*lines, "", f"Again: `{result['command']}`", ""])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trials")
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--entries", default="1000000,10000000")
    parser.add_argument("--multi-hash-max", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--command", default="scripts/bench_pictures.sh")
    parser.add_argument("--commit", default="unknown")
    options = parser.parse_args()
    faiss.omp_set_num_threads(1)
    result = {
        "date": datetime.date.today().isoformat(), "command": options.command, "commit": options.commit,
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "fingerprints": fingerprints(options.trials, options.photos, options.count, options.rounds), "searches": [],
    }
    with tempfile.TemporaryDirectory() as folder:
        photos = sorted(map(str, options.photos.rglob("*.jpg")))[:1500]
        hashes = Path(folder) / "hashes"
        hashes.write_text(trial(options.trials, "hash", *photos), encoding="ascii")
        for entries in map(int, options.entries.split(",")):
            for label, kind in (("random", []), ("like photos", ["--photos", str(hashes)])):
                print(f"bench: searching {entries} hashes, {label}", file=sys.stderr)
                hashing = entries <= options.multi_hash_max
                result["searches"].append(search(options.trials, entries, kind, label, hashing))
    result["machine"] = machine()
    text = markdown(result)
    print(text)
    if options.keep:
        name = f"{result['date']}-pictures-{result['machine']['cores']}-cores"
        (options.keep / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        (options.keep / f"{name}.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
