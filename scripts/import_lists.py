"""Turns three pinned packages into the imported lists of the knowledge folder.

usage: import_lists.py WORDFREQ_DIR NSI_JSON CHAIZI_PICKLE OUT_DIR

words.tsv: common words of languages written with an alphabet, `language TAB word`.
names.txt: names of shops and brands, one a line. Both only tell words apart; neither accuses.
splits.tsv: Chinese characters and the two or three characters that they are put together from, `whole TAB parts`.
"""

import gzip
import json
import pathlib
import pickle
import sys

import msgpack

LANGUAGES = ["en", "es", "pt", "fr", "de", "it", "ru", "tr", "ar", "vi", "id", "nl", "pl", "sv", "cs", "ro"]
# Zipf 3 is one word in a million; far below it misspelt brands begin to look common.
MIN_ZIPF = {"en": 2.5}
DEFAULT_MIN_ZIPF = 3.7


def common_words(folder: pathlib.Path, language: str):
    """Words above the language's threshold; the list is grouped by hundredths of a decade."""
    path = next(p for size in ("large", "small") if (p := folder / f"{size}_{language}.msgpack.gz").exists())
    with gzip.open(path) as packed:
        groups = msgpack.load(packed, raw=False)[1:]
    floor = MIN_ZIPF.get(language, DEFAULT_MIN_ZIPF)
    for centibels, words in enumerate(groups):
        if 9 - centibels / 100 >= floor:
            yield from words


def shop_names(path: pathlib.Path):
    """Display names and their variants from the name-suggestion index."""
    index = json.loads(path.read_text())["nsi"]
    for key, category in index.items():
        if key.startswith("brands/"):
            for item in category["items"]:
                yield item["displayName"]
                yield from item.get("matchNames", [])


class PlainData(pickle.Unpickler):
    """Reads lists, dictionaries and texts, and refuses whatever could run code."""

    def find_class(self, module, name):
        raise pickle.UnpicklingError(f"the file asks for {module}.{name}")


def character_parts(path: pathlib.Path):
    """Every way to take a character apart into two or three others; finer ones are no longer read as one."""
    with open(path, "rb") as packed:
        table = PlainData(packed).load()
    for whole, ways in sorted(table.items()):
        for parts in sorted({"".join(way) for way in ways}):
            private = any("\ue000" <= part <= "\uf8ff" for part in parts)
            if len(whole) == 1 and len(parts) in (2, 3) and not private:
                yield f"{whole}\t{parts}\n"


def main():
    wordfreq, nsi, chaizi, out = map(pathlib.Path, sys.argv[1:5])
    out.mkdir(parents=True, exist_ok=True)
    lines = [f"{language}\t{word}\n" for language in LANGUAGES for word in common_words(wordfreq, language)]
    (out / "words.tsv").write_text("".join(lines))
    names = sorted({name.strip() for name in shop_names(nsi) if "\n" not in name})
    (out / "names.txt").write_text("".join(f"{name}\n" for name in names))
    splits = list(character_parts(chaizi))
    (out / "splits.tsv").write_text("".join(splits))
    print(
        f"{len(lines):,} common words of {len(LANGUAGES)} languages, {len(names):,} names of shops and brands, "
        f"{len(splits):,} ways to take a character apart"
    )


main()
