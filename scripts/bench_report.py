#!/usr/bin/env python3
"""Puts the raw results of one benchmark run together: one JSON file and one Markdown table.

usage: bench_report.py RAW [--out DIR] [--command TEXT]

RAW holds the JSON that each part printed. With `--out` both files are written there, named by date and machine; the table
is printed in any case.
"""
import argparse
import datetime
import json
import os
import platform
import re
import subprocess
from pathlib import Path

BUDGET_US = 40.0


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def machine():
    info = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*:\s*(.+)$", info, re.MULTILINE)
    memory = re.search(r"^MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return {
        "processor": re.sub(r"\(R\)|\(TM\)", "", model.group(1)).strip() if model else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(int(memory.group(1)) / 2**20, 1),
        "kernel": platform.release().split("-")[0],
        "rustc": output("rustc", "--version"),
    }


def source():
    return {"commit": output("git", "rev-parse", "--short=12", "HEAD"), "changed_files": len(output("git", "status", "--porcelain", "--untracked-files=no").splitlines())}


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]


def number(value):
    return f"{value:,.0f}"


def micros(part):
    spread = f"{part['min_ns'] / 1000:.2f} – {part['max_ns'] / 1000:.2f}"
    return f"{part['median_ns'] / 1000:.2f}", "difference" if part.get("difference") else spread


def caveats(results):
    feed, sample = results["feed"], results["screen"].get("decisions", {})
    yield f"Feed: {number(feed['rows'])} different listings made from {feed['data']}, seed {feed['seed']}; titles {feed['title_chars_mean']} characters on average, descriptions {feed['description_chars_mean']}."
    if sample:
        yield f"Of a sample of {number(sample['rows'])}: a protected brand is named in {sample['branded']:.1%}, not allowed {sample['not_allowed']:.1%}; a decision has {sample['json_bytes_mean']} bytes."
    yield "Parts and limits on one thread are processor time, which others on the machine disturb little; limits on two threads and whole processes are wall time."
    yield "Whole processes are timed, loading knowledge and policy included; decisions go to /dev/null, so no disk is measured."
    yield "The Python job does less: no offsets, fewer disguises, no context of a mention, no counterfactual, no hashes."
    others = results["screen"]["jobs_all"]["others_cores"]
    if others > 0.1:
        yield f"Other processes kept {others:.1f} cores busy while screening was timed, so its speed is understated."


def speed(results):
    screen, floor, python = results["screen"], results["floor"], results["python"]
    every, one = screen["jobs_all"], screen["jobs_1"]
    cores = results["machine"]["cores"]

    def whole(name, run, count):
        seconds = " ".join(f"{s:.1f}" for s in run["seconds"])
        return [name, number(run["listings_per_second"]), f"{1e6 / run['listings_per_second']:.2f}", f"{run['cpu_seconds'] / count * 1e6:.2f}", seconds]

    def limit(name, part, threads):
        micros = part["median_ns"] / 1000
        return [name, number(1e6 / micros), f"{micros:.2f}", f"{micros * threads:.2f}", ""]

    rows = [
        whole(f"`touchstone screen`, {cores} cores", every, screen["rows"]),
        whole("`touchstone screen --jobs 1`, one core", one, screen["rows"]),
        limit("bare automaton pass, 1 thread", floor["automaton_1"], 1),
        limit("bare automaton pass, 2 threads", floor["automaton_2"], 2),
        limit("memory pass, 1 thread", floor["memory_pass_1"], 1),
        limit("Parquet decoding, 1 thread", floor["parquet_decode_1"], 1),
        limit("feed reader (decoded, checked, deduplicated), 1 thread", floor["feed_reader_1"], 1),
    ]
    for jobs, name in (("1", "1 process"), ("2", "2 processes")):
        if f"jobs_{jobs}" in python:
            rows.append(whole(f"the same job in Python, {name}", python[f"jobs_{jobs}"], python["rows"]))
    return table(["what", "listings/s", "µs a listing", "of processor time", "seconds of each run"], rows)


def ratios(results):
    screen, floor = results["screen"], results["floor"]
    one, every = 1e9 / screen["jobs_1"]["listings_per_second"], 1e9 / screen["jobs_all"]["listings_per_second"]
    worked = screen["jobs_all"]["cpu_seconds"] / screen["rows"] * 1e9
    bare = floor["automaton_1"]["median_ns"], floor["automaton_2"]["median_ns"]
    yield f"Against the bare pass: {one / bare[0]:.1f} × its time on one core, {every / bare[1]:.1f} × on two; {worked / bare[0]:.1f} × its processor time."
    best = max(results["python"][key]["listings_per_second"] for key in results["python"] if key.startswith("jobs_"))
    yield f"Against Python: {screen['jobs_all']['listings_per_second'] / best:.0f} × its speed."
    if "memory" in results:
        memory = results["memory"]
        yield f"Memory: {memory['jobs_all']['peak_mib']:.0f} MiB at {number(memory['rows'])} rows, {screen['jobs_all']['peak_mib']:.0f} MiB at {number(screen['rows'])}."


def parts(results):
    rows = []
    for name, part in results["parts"]["parts"].items():
        median, spread = micros(part)
        rows.append([name, median, spread, f"{part['median_ns'] / 10 / BUDGET_US:.0f} %"])
    return table(["part", "µs a listing", "fastest – slowest", "of 40 µs"], rows)


def rules(results):
    measured = results.get("rules")
    if not measured:
        return ["Not measured: zen-engine was left out."]
    zen, rows = measured["zen"], number(measured["rows"])
    times = [
        ["ours, batches of 1,024", measured["ours"]],
        ["ours, with the score", measured["ours_with_score"]],
        ["zen-engine, decision table", zen["decision_table"]],
        ["zen-engine, compiled expressions without a graph", zen["expressions"]],
    ]
    lines = table([f"{measured['rules']} rules on ready signals, 1 thread", "ns a row"], [[name, number(time["median_ns"])] for name, time in times])
    lines += ["", f"What fires is the same in all {rows} rows, or nothing is measured; a rule fires in {number(measured['rows_where_a_rule_fires'])}."]
    lines += [f"Left out: {rule} ({why})." for rule, why in measured["left_out"].items()]
    return lines


def markdown(results):
    where = results["machine"]
    lines = [f"# Benchmark of {results['date']}", "", f"{where['processor']}, {where['cores']} cores, {where['memory_gib']} GiB, Linux {where['kernel']}, {where['rustc']}; commit `{results['source']['commit']}`" + (f" with {results['source']['changed_files']} changed files" if results["source"]["changed_files"] else "") + ".", ""]
    lines += [f"* {line}" for line in caveats(results)]
    lines += ["", "## Speed", "", *speed(results), "", *[f"* {line}" for line in ratios(results)], "", "## Parts, one thread", "", *parts(results)]
    lines += ["", "Detectors, dearest first: " + ", ".join(f"`{name}` {nanos:.0f} ns" for name, nanos in results["parts"]["detectors_ns"][:10]) + ".", "", "## Rules", "", *rules(results), "", f"Again: `{results['command']}`"]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("raw", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--command", default="scripts/bench.sh")
    args = parser.parse_args()
    results = {"date": datetime.date.today().isoformat(), "command": args.command, "machine": machine(), "source": source()}
    results |= {path.stem: json.loads(path.read_text()) for path in sorted(args.raw.glob("*.json"))}
    text = markdown(results)
    if args.out:
        slug = re.sub(r"[^a-z0-9]+", "-", f"{results['machine']['processor']} {results['machine']['cores']} cores".lower()).strip("-")
        args.out.mkdir(parents=True, exist_ok=True)
        stem = args.out / f"{results['date']}-{slug}"
        stem.with_suffix(".json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        stem.with_suffix(".md").write_text(text)
    print(text, end="")


if __name__ == "__main__":
    main()
