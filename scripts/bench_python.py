#!/usr/bin/env python3
"""The same job from known parts: how fast is screening in Python?

Reads a Parquet feed, normalises (NFKC, lower case, homoglyphs folded), finds the same patterns with pyahocorasick, looks
for unknown words that are one letter off a brand with rapidfuzz, compares prices with the brand's band, applies a rule
table and writes JSON lines. What pyarrow, pandas, numpy and rapidfuzz can do over whole columns is done over whole
columns; the automaton has no such door. It does less than `touchstone screen`: no offsets, no separators, leetspeak,
censored letters or Chinese disguises, no context of a mention, no counterfactual, no hashes.

usage: bench_python.py FEED --tables DIR [--rows N] [--jobs N] [--runs N]

`--tables` is a folder written by the benchmark's `export`. Prints JSON.
"""
import argparse
import json
import multiprocessing
import os
import re
import resource
import statistics
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

import ahocorasick
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from confusable_homoglyphs import confusables
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

MIN_FUZZY = 5
STRENGTHS = {"": 0, "weak": 1, "strong": 2, "explicit": 3}
PACKAGES = ["pyahocorasick", "confusable-homoglyphs", "rapidfuzz", "pandas", "numpy", "pyarrow"]


def homoglyphs():
    """A table for str.translate: what looks like one ASCII letter or digit becomes it."""
    table = {}
    for plain in "abcdefghijklmnopqrstuvwxyz0123456789":
        for found in confusables.is_confusable(plain, greedy=True) or []:
            for other in found["homoglyphs"]:
                if len(other["c"]) == 1 and ord(other["c"]) > 127:
                    table[ord(other["c"])] = plain
    return table


def strip_marks():
    """Invisible characters and combining marks that sellers put inside words."""
    return {c: None for c in [0xAD, *range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF, *range(0x300, 0x370)]}


class Knowledge:
    """Patterns, words, bands and rates, as exported."""

    def __init__(self, folder):
        self.automaton = ahocorasick.Automaton()
        self.meanings, by_text = [], {}
        names = {}
        for line in (folder / "patterns.tsv").read_text(encoding="utf-8").splitlines():
            what, slug, strength, text = line.split("\t")
            if what in ("name", "line") and strength == "distinct" and " " not in text and text.isascii() and len(text) >= MIN_FUZZY:
                names.setdefault(text, slug)
            if text:
                by_text.setdefault(text, []).append((what, slug, STRENGTHS.get(strength, 1)))
        for text, meanings in by_text.items():
            self.automaton.add_word(text, (len(text), text.isascii(), meanings))
        self.automaton.make_automaton()
        self.names, self.name_slugs = list(names), list(names.values())
        self.words = set((folder / "words.tsv").read_text(encoding="utf-8").split("\n")) | {w for t in by_text for w in t.split()}
        bands = pd.read_csv(folder / "bands.tsv", sep="\t", names=["brand", "kind", "condition", "low"], keep_default_na=False)
        self.bands = bands.groupby(["brand", "condition"], as_index=False)["low"].median()
        rates = pd.read_csv(folder / "rates.tsv", sep="\t", names=["currency", "micros"], keep_default_na=False)
        self.rates = rates.set_index("currency")["micros"]
        self.fold = homoglyphs() | strip_marks()


def normalise(column, knowledge):
    column = pc.utf8_lower(pc.utf8_normalize(pc.fill_null(column, ""), "NFKC"))
    texts = [text if text.isascii() else text.translate(knowledge.fold) for text in column.to_pylist()]
    column = pc.replace_substring_regex(pa.array(texts), r"[^\pL\pN:.%+&]+|[.]([^\pN]|$)", " ")
    return pc.utf8_trim_whitespace(column).to_pylist()


def alone(text, start, end):
    """Not inside a longer word."""
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


def match(texts, knowledge):
    """Per row: brand, kind, and the strongest term of each class."""
    brands, kinds, terms = [], [], []
    find = knowledge.automaton.iter
    for text in texts:
        brand, kind, found = None, None, {}
        for last, (length, latin, meanings) in find(text):
            start = last + 1 - length
            if latin and not alone(text, start, last + 1):
                continue
            for what, slug, strength in meanings:
                if what in ("name", "line"):
                    brand = brand or slug
                elif what == "kind":
                    kind = kind or slug
                elif what == "term" and strength > found.get(slug, 0):
                    found[slug] = strength
        brands.append(brand)
        kinds.append(kind)
        terms.append(found)
    return brands, kinds, terms


TOKEN = re.compile(r"[a-z]{%d,}" % MIN_FUZZY)


def fuzzy(texts, knowledge, workers):
    """Per row the brand that an unknown word is one letter off; unknown words are compared all at once."""
    unknown = [[t for t in TOKEN.findall(text) if t not in knowledge.words] for text in texts]
    tokens = sorted({t for row in unknown for t in row})
    near = {}
    for at in range(0, len(tokens), 4096):
        part = tokens[at:at + 4096]
        distances = process.cdist(part, knowledge.names, scorer=DamerauLevenshtein.distance, score_cutoff=1, dtype=np.uint8, workers=workers)
        for row, column in zip(*np.nonzero(distances <= 1)):
            if part[row][0] == knowledge.names[column][0] and part[row] != knowledge.names[column] + "s":
                near.setdefault(part[row], knowledge.name_slugs[column])
    return [next((near[t] for t in row if t in near), None) for row in unknown]


def prices(frame, knowledge):
    """The price in thousandths of the low end of the brand's band."""
    parts = frame["price"].fillna("").str.split(" ", n=1, expand=True)
    amount = pd.to_numeric(parts[0], errors="coerce")
    micros = parts[1].map(knowledge.rates) if 1 in parts else np.nan
    frame["usd_cents"] = amount * 100_000_000 / micros
    used = frame["condition"].fillna("new").eq("used")
    frame["band"] = np.where(used, "used", "new")
    bands = knowledge.bands.rename(columns={"condition": "band"})
    frame = frame.merge(bands, how="left", on=["brand", "band"])
    return frame.assign(price_vs_brand=frame["usd_cents"] * 1000 / frame["low"], used=used.to_numpy())


def decide(frame):
    """A rule table: the strictest rule that fires decides."""
    term = {name: frame["terms"].map(lambda found, name=name: found.get(name, 0)) for name in
            ["replica", "evasion", "contact", "hidden_link", "counterfeit_kit", "comparison", "wholesale", "second_hand", "provenance"]}
    brand, ratio = frame["brand"].notna(), frame["price_vs_brand"]
    second_hand = frame["used"] | term["second_hand"].gt(0)
    rules = {
        "admitted_replica": ("block", brand & term["replica"].eq(3)),
        "trade_words_and_price": ("block", brand & term["replica"].eq(2) & ratio.lt(350)),
        "disguised_and_trade_words": ("block", frame["near"].notna() & term["replica"].ge(2)),
        "trade_words": ("review", brand & term["replica"].eq(2)),
        "replica_without_brand": ("review", ~brand & term["replica"].eq(3)),
        "disguised_brand": ("review", frame["near"].notna()),
        "cheap_new": ("review", brand & ~second_hand & ratio.lt(800)),
        "cheap_used": ("review", brand & second_hand & ratio.lt(350)),
        "evasion_talk": ("review", term["evasion"].ge(2)),
        "hidden_link": ("review", term["hidden_link"].ge(2) | (term["hidden_link"].gt(0) & brand)),
        "contact_and_brand": ("review", term["contact"].ge(2) & brand),
        "counterfeit_kit": ("review", term["counterfeit_kit"].ge(2) & brand),
        "compared_to_brand": ("review", term["comparison"].gt(0) & ~brand),
        "wholesale_branded": ("review", term["wholesale"].ge(2) & brand & ratio.lt(1500)),
        "genuine_resale": ("allow", brand & second_hand & term["provenance"].gt(0)),
    }
    fired = np.column_stack([mask.to_numpy(dtype=bool) for _, mask in rules.values()])
    codes = np.array(list(rules))
    verdicts = np.array([verdict for verdict, _ in rules.values()])
    frame["verdict"] = np.select([fired[:, verdicts == v].any(axis=1) for v in ("block", "review")], ["block", "review"], "allow")
    frame["reasons"] = [codes[row].tolist() for row in fired]
    return frame


def screen(table, knowledge, out, workers, laps):
    """Screens one table; `laps` gets seconds by step."""
    def lap(name, start):
        now = time.perf_counter()
        laps[name] = laps.get(name, 0) + now - start
        return now

    at = time.perf_counter()
    titles, descriptions = normalise(table["title"], knowledge), normalise(table["description"], knowledge)
    texts = [f"{title} . {description}" for title, description in zip(titles, descriptions)]
    at = lap("normalise", at)
    brands, kinds, terms = match(texts, knowledge)
    at = lap("automaton", at)
    near = fuzzy(texts, knowledge, workers)
    at = lap("fuzzy", at)
    frame = table.select(["id", "price", "condition"]).to_pandas()
    frame = frame.assign(brand=pd.Series(brands, dtype=object), kind=pd.Series(kinds, dtype=object), terms=terms, near=pd.Series(near, dtype=object))
    frame = prices(frame, knowledge)
    at = lap("price", at)
    frame = decide(frame)
    at = lap("rules", at)
    frame[["id", "verdict", "reasons", "brand", "kind", "terms", "near", "price_vs_brand"]].to_json(out, orient="records", lines=True, force_ascii=False)
    lap("JSON", at)
    return frame["verdict"].value_counts().to_dict()


KNOWLEDGE = None


def chunk(argument):
    feed, start, rows = argument
    laps = {}
    at = time.perf_counter()
    table = read(feed, start + rows).slice(start, rows)
    laps["parse"] = time.perf_counter() - at
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as out:
        counts = screen(table, KNOWLEDGE, out, 1, laps)
    return counts, laps


def read(feed, rows):
    """The first rows of the columns that are used."""
    groups, wanted = [], ["id", "title", "description", "price", "condition"]
    for batch in pq.ParquetFile(feed).iter_batches(batch_size=16_384, columns=wanted):
        groups.append(batch)
        if sum(map(len, groups)) >= rows:
            break
    return pa.Table.from_batches(groups).slice(0, rows)


def processor_seconds():
    """Of this process and of its children that have ended."""
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def run(feed, rows, jobs):
    """One run over the sample: seconds, processor seconds, verdicts, seconds by step."""
    share = -(-rows // jobs)
    parts = [(feed, start, min(share, rows - start)) for start in range(0, rows, share)]
    worked, start = processor_seconds(), time.perf_counter()
    if jobs == 1:
        results = [chunk(parts[0])]
    else:
        with multiprocessing.get_context("fork").Pool(jobs) as pool:
            results = pool.map(chunk, parts, chunksize=1)
            pool.close()
            pool.join()
    seconds, worked = time.perf_counter() - start, processor_seconds() - worked
    verdicts, laps = {}, {}
    for counts, times in results:
        for into, found in ((verdicts, counts), (laps, times)):
            for name, value in found.items():
                into[name] = into.get(name, 0) + value
    return seconds, worked, verdicts, laps


def main():
    global KNOWLEDGE
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("feed", type=Path)
    parser.add_argument("--tables", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    pa.set_cpu_count(1)
    KNOWLEDGE = Knowledge(args.tables)
    report = {"rows": args.rows, "patterns": len(KNOWLEDGE.automaton), "python": sys.version.split()[0], "packages": {name: metadata.version(name) for name in PACKAGES}}
    for jobs in args.jobs:
        runs = sorted((run(args.feed, args.rows, jobs) for _ in range(args.runs)), key=lambda r: r[0])
        seconds = [r[0] for r in runs]
        _, worked, verdicts, laps = runs[len(runs) // 2]
        report[f"jobs_{jobs}"] = {
            "listings_per_second": round(args.rows / statistics.median(seconds)),
            "seconds": [round(s, 3) for s in seconds],
            "cpu_seconds": round(worked, 2),
            "us_per_listing_by_step": {name: round(value / args.rows * 1e6, 2) for name, value in laps.items()},
            "verdicts": verdicts,
        }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
