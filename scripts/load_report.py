#!/usr/bin/env python3
"""Puts the raw results of one load test together: one JSON file and one Markdown table.

usage: load_report.py RAW [--out DIR] [--command TEXT]

RAW holds NAME.json, as `touchstone loadtest` printed it, and NAME.server.json for each measurement. With `--out` both
files are written there, named by date and machine; the table is printed in any case.
"""
import argparse
import datetime
import json
import re
from pathlib import Path

from bench_report import machine, number, source, table

NAMES = {
    "single": "one listing a call, fixed",
    "single_highest": "one listing a call, highest held",
    "arrays": "arrays, fixed",
    "arrays_highest": "arrays, highest held",
    "surge": "one listing a call, a surge in the middle third",
}


def measurements(raw):
    for name in NAMES:
        path = raw / f"{name}.json"
        if path.exists():
            yield name, {**json.loads(path.read_text()), "server": json.loads((raw / f"{name}.server.json").read_text())}


def row(name, run):
    latency = [f"{run['latency_us'][key] / 1000:.1f}" for key in ("p50", "p90", "p99", "p99_9", "max")]
    failed = run["calls"]["due"] - run["calls"]["answered"].get("200", 0)
    rates = [number(run["achieved"]["calls_per_s"]), number(run["achieved"]["listings_per_s"])]
    return [NAMES[name], run["batch"], number(run["offered"]["calls_per_s"]), *rates, *latency, failed, run["late"]["by_generator"]]


def cpu(run):
    # A search sends more than it reports, so only a fixed rate has its processor time by listing.
    if "search" in run or run.get("parts"):
        return None
    sent = run["offered"]["listings_per_s"] * (run["warm_up_s"] + run["measured_s"])
    return run["server"]["ticks"] / run["server"]["ticks_per_second"] / sent * 1e6


def notes(runs):
    first = next(iter(runs.values()))
    yield "Generator and server share the machine. Latency counts from when a call was due, in ms; a decision is on the disk before it is answered."
    yield f"Every body is another listing (seed {first['seed']}), {'with' if first['idempotency'] else 'without'} idempotency keys; warm-up {first['warm_up_s']} s, measured {first['measured_s']} s."
    for name, run in runs.items():
        micros = cpu(run)
        took = f"{micros:.0f} µs of processor time a listing, " if micros else ""
        yield f"{NAMES[name]}: server {took}{run['server']['peak_kib'] / 1024:.0f} MiB at most; {run['decisions']['not_allowed_permille'] / 10:.1f} % not allowed."


def parts(runs):
    """What became of each part of the surge."""
    ms = lambda latency, key: f"{latency[key] / 1000:.1f}"
    for part in runs.get("surge", {}).get("parts", []):
        refused = part.get("refused") or {"calls": 0, "latency_us": {"p50": 0, "p99": 0}, "without_retry_after": 0}
        told = [ms(refused["latency_us"], key) for key in ("p50", "p99")]
        answered = [ms(part["latency_us"], key) for key in ("p50", "p99", "max")]
        yield [part["part"], number(part["offered_per_s"]), number(part["answered_per_s"]), *answered, number(refused["calls"]), *told, part["failed"]]


def markdown(results):
    where, commit = results["machine"], results["source"]
    changed = f" with {commit['changed_files']} changed files" if commit["changed_files"] else ""
    head = ["what", "batch", "offered calls/s", "calls/s", "listings/s", "p50", "p90", "p99", "p99.9", "max", "failed", "late"]
    rows = [row(name, run) for name, run in results["runs"].items()]
    lines = [f"# Load of {results['date']}", "", f"{where['processor']}, {where['cores']} cores, {where['memory_gib']} GiB, Linux {where['kernel']}, {where['rustc']}; commit `{commit['commit']}`{changed}.", ""]
    lines += [*table(head, rows), ""]
    surge = list(parts(results["runs"]))
    if surge:
        head = ["surge", "offered/s", "answered/s", "p50", "p99", "max", "refused", "told p50", "told p99", "failed"]
        lines += [*table(head, surge), ""]
    lines += [*[f"* {note}" for note in notes(results["runs"])], "", f"Again: `{results['command']}`"]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("raw", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--command", default="scripts/load.sh")
    args = parser.parse_args()
    date = datetime.date.today().isoformat()
    results = {"date": date, "machine": machine(), "source": source(), "command": args.command, "runs": dict(measurements(args.raw))}
    text = markdown(results)
    if args.out:
        where = re.sub(r"[^a-z0-9]+", "-", results["machine"]["processor"].lower()).strip("-")
        path = args.out / f"{date}-{where}-{results['machine']['cores']}-cores-load"
        path.with_suffix(".json").write_text(json.dumps(results, indent=1) + "\n")
        path.with_suffix(".md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
