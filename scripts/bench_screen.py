#!/usr/bin/env python3
"""Runs `touchstone screen` on a feed and says how long it took and how much memory it held.

usage: bench_screen.py TOUCHSTONE FEED [--jobs N] [--runs N] [--sample ROWS]

The time is the wall time of the whole process, loading knowledge and policy included; `startup_seconds` is what a feed of
no rows takes. Memory is VmHWM as Linux keeps it, read while the process runs and once more as ru_maxrss when it has ended.
Decisions go to /dev/null; with `--sample` one more run writes the decisions of a small feed to a file and reads them.
Prints JSON.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

VERDICT = re.compile(r"^\s*(block|review|allow)\s+([\d,]+)\s", re.MULTILINE)
POLL_SECONDS = 0.05


def high_water_mark(pid):
    """VmHWM in KiB; nothing once the process is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found.group(1)) if found else None


class Watch(threading.Thread):
    """Reads the mark until the process has ended."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.kib, self.stop = pid, 0, threading.Event()

    def run(self):
        while not self.stop.wait(POLL_SECONDS):
            self.kib = max(self.kib, high_water_mark(self.pid) or 0)


def run(touchstone, feed, jobs, out=os.devnull):
    """One run: seconds, processor seconds, peak KiB, verdicts."""
    command = [str(touchstone), "screen", str(feed), "--out", str(out), "--format", "jsonl"]
    command += ["--jobs", str(jobs)] if jobs else []
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stderr=errors, stdout=subprocess.DEVNULL)
        watch = Watch(process.pid)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.stop.set()
        watch.join()
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace")
    if process.returncode != 0:
        sys.exit(f"error: {' '.join(command)} failed with {process.returncode}\n{said}")
    verdicts = {verdict: int(count.replace(",", "")) for verdict, count in VERDICT.findall(said)}
    return {"seconds": seconds, "cpu_seconds": usage.ru_utime + usage.ru_stime, "peak_kib": max(watch.kib, usage.ru_maxrss), "verdicts": verdicts}


def startup(touchstone, runs):
    """Seconds until a feed of no rows is done."""
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as empty:
        return statistics.median(run(touchstone, empty.name, None)["seconds"] for _ in range(runs))


def sample(touchstone, feed):
    """What the decisions on a feed are like: bytes, share with a brand, share with signals."""
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as out:
        run(touchstone, feed, None, out.name)
        lines = out.file.read().splitlines()
    decisions = [json.loads(line) for line in lines]
    rows = len(decisions)

    def share(test):
        return round(sum(map(test, decisions)) / rows, 4)

    return {
        "rows": rows,
        "json_bytes_mean": round(sum(map(len, lines)) / rows),
        "branded": share(lambda d: "brand_mentioned" in d["signals"]),
        "not_allowed": share(lambda d: d["verdict"] != "allow"),
        "signals_mean": round(sum(len(d["signals"]) for d in decisions) / rows, 2),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("touchstone", type=Path)
    parser.add_argument("feed", type=Path)
    parser.add_argument("--rows", type=int, required=True, help="listings in the feed")
    parser.add_argument("--jobs", type=int, nargs="+", default=[0], help="0: all cores")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sample", type=Path, help="a small feed whose decisions are looked at")
    args = parser.parse_args()
    report = {"rows": args.rows, "startup_seconds": round(startup(args.touchstone, args.runs), 3)}
    for jobs in args.jobs:
        runs = sorted((run(args.touchstone, args.feed, jobs) for _ in range(args.runs)), key=lambda r: r["seconds"])
        middle = runs[len(runs) // 2]
        report[f"jobs_{jobs or 'all'}"] = {
            "listings_per_second": round(args.rows / middle["seconds"]),
            "seconds": [round(r["seconds"], 3) for r in runs],
            "cpu_seconds": round(middle["cpu_seconds"], 2),
            "peak_mib": round(max(r["peak_kib"] for r in runs) / 1024, 1),
            "verdicts": middle["verdicts"],
        }
    if args.sample:
        report["decisions"] = sample(args.touchstone, args.sample)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
