#!/usr/bin/env python3
"""Runs `touchstone screen` on a feed and says how long it took and how much memory it held.

usage: bench_screen.py TOUCHSTONE FEED [--jobs N] [--runs N] [--sample ROWS]

The time is the wall time of the whole process, loading knowledge and policy included; `startup_seconds` is what a feed of
no rows takes. `others_cores` says how many cores other processes kept busy meanwhile: near 0, or the times are too long. Memory is VmHWM as Linux keeps it, read while the process runs and once more as ru_maxrss when it has ended.
With `--jobs 1` the process is held on one core, so that reading and writing share it too. Decisions go to /dev/null; with `--sample` one more run writes the decisions of a small feed to a file and reads them.
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


def busy_seconds():
    """Seconds that all processors together have worked since the machine was started."""
    fields = [int(n) for n in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    return (sum(fields[:3]) + sum(fields[5:8])) / os.sysconf("SC_CLK_TCK")


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
        busy, start = busy_seconds(), time.perf_counter()
        process = subprocess.Popen(command, stderr=errors, stdout=subprocess.DEVNULL)
        if jobs == 1:
            os.sched_setaffinity(process.pid, {min(os.sched_getaffinity(0))})
        watch = Watch(process.pid)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        busy = busy_seconds() - busy
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.stop.set()
        watch.join()
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace")
    if process.returncode != 0:
        sys.exit(f"error: {' '.join(command)} failed with {process.returncode}\n{said}")
    verdicts = {verdict: int(count.replace(",", "")) for verdict, count in VERDICT.findall(said)}
    cpu = usage.ru_utime + usage.ru_stime
    return {"seconds": seconds, "cpu_seconds": cpu, "others_cores": max(busy - cpu, 0) / seconds, "peak_kib": max(watch.kib, usage.ru_maxrss), "verdicts": verdicts}


def startup(touchstone, runs):
    """Seconds until a feed of no rows is done."""
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as empty:
        return statistics.median(run(touchstone, empty.name, None)["seconds"] for _ in range(runs))


def sample(touchstone, feed):
    """What the decisions on a feed are like: bytes, share with a brand, share with signals."""
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as out:
        run(touchstone, feed, None, out.name)
        # The file is replaced as a whole, so it is opened anew.
        lines = Path(out.name).read_bytes().splitlines()
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
            "others_cores": round(middle["others_cores"], 2),
            "peak_mib": round(max(r["peak_kib"] for r in runs) / 1024, 1),
            "verdicts": middle["verdicts"],
        }
    if args.sample:
        report["decisions"] = sample(args.touchstone, args.sample)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
