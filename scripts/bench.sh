#!/usr/bin/env bash
# Measures, in one run and side by side: screening, the limits under it, its parts, the same job in Python, and zen-engine
# over equal rules. Raw results, machine and command go to benches/results/.
#
# usage: scripts/bench.sh [--quick]
#
#   --quick   small feeds, one run each: does it still work? Nothing is kept
#
#   DATA         folder with real listings (see CONTRIBUTING.md); without it only fixtures are perturbed
#   ROWS         listings to screen                (default 1000000)
#   MEMORY_ROWS  listings of the memory run, 0: none (default 10000000; the feed takes about 3 GB of disk)
#   RUNS         runs of each measurement          (default 3)
#   ZEN          0: leave zen-engine out           (default 1; its build takes minutes)
#   WORK         folder for feeds                  (default the target folder)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ ${1:-} == --quick ]]; then
    ROWS=${ROWS:-20000} MEMORY_ROWS=${MEMORY_ROWS:-0} RUNS=${RUNS:-1} ZEN=${ZEN:-0} KEEP=0
fi
readonly DATA=${DATA:-} ROWS=${ROWS:-1000000} MEMORY_ROWS=${MEMORY_ROWS:-10000000} RUNS=${RUNS:-3} ZEN=${ZEN:-1} KEEP=${KEEP:-1}
readonly TARGET=${CARGO_TARGET_DIR:-target}
readonly WORK=${WORK:-$TARGET/bench}
readonly VENV=.setup/bench-venv
readonly SAMPLE_ROWS=20000
export CARGO_TARGET_DIR=$TARGET

step() { printf 'bench: %s\n' "$*" >&2; }

build() {
    step "building (release)"
    cargo build --release --quiet --package touchstone
    cargo build --release --quiet --manifest-path benches/Cargo.toml
    [[ $ZEN == 1 ]] || return 0
    step "building zen-engine"
    cargo build --release --quiet --manifest-path benches/Cargo.toml --features zen --bin rules || step "zen-engine does not build here and is left out"
}

python_packages() {
    local stamp
    stamp=$(sha256sum benches/requirements.txt)
    [[ -x $VENV/bin/python && -f $VENV/stamp && $(<"$VENV/stamp") == "$stamp" ]] && return
    step "fetching Python packages (90 MB)"
    python3 -m venv --clear "$VENV"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes --requirement benches/requirements.txt
    printf '%s' "$stamp" >"$VENV/stamp"
}

bin() { "$TARGET/release/$1" "${@:2}"; }

# The folder with the .jsonl files, or nothing.
listings() {
    if [[ -z $DATA ]]; then
        step "DATA is not given: only the fixtures are perturbed, which are odder than what marketplaces see"
    elif [[ -d $DATA/listings ]]; then
        printf '%s\n' --data "$DATA/listings"
    else
        printf '%s\n' --data "$DATA"
    fi
}

generate() { bin generate "${FROM[@]}" --fixtures fixtures --rows "$1" --seed "$2" --out "$3"; }

rm -rf "$WORK/raw"
mkdir -p "$WORK/raw"
build
python_packages
mapfile -t FROM < <(listings)

step "making $ROWS listings"
generate "$ROWS" 2026 "$WORK/feed.parquet" >"$WORK/raw/feed.json"
generate "$SAMPLE_ROWS" 7 "$WORK/sample.parquet" >"$WORK/raw/sample.json"

step "screening"
python3 scripts/bench_screen.py "$TARGET/release/touchstone" "$WORK/feed.parquet" --rows "$ROWS" --jobs 0 1 --runs "$RUNS" --sample "$WORK/sample.parquet" >"$WORK/raw/screen.json"
step "the floor: memory, decoding, a bare automaton pass"
bin measure floor "$WORK/feed.parquet" --knowledge knowledge --runs "$RUNS" >"$WORK/raw/floor.json"
step "parts"
bin measure parts "$WORK/feed.parquet" --knowledge knowledge --policy policy >"$WORK/raw/parts.json"
if [[ $ZEN == 1 && -x $TARGET/release/rules ]]; then
    step "rules on ready signals"
    bin rules "$WORK/feed.parquet" --knowledge knowledge --policy policy >"$WORK/raw/rules.json"
fi
step "the same job in Python"
bin measure export --knowledge knowledge --out "$WORK/tables"
"$VENV/bin/python" scripts/bench_python.py "$WORK/feed.parquet" --tables "$WORK/tables" --rows "$SAMPLE_ROWS" --runs "$RUNS" >"$WORK/raw/python.json"

if ((MEMORY_ROWS > 0)); then
    step "making $MEMORY_ROWS listings for the memory run"
    generate "$MEMORY_ROWS" 4052 "$WORK/large.parquet" >"$WORK/raw/large.json"
    step "memory"
    python3 scripts/bench_screen.py "$TARGET/release/touchstone" "$WORK/large.parquet" --rows "$MEMORY_ROWS" --jobs 0 --runs 1 >"$WORK/raw/memory.json"
    rm -f "$WORK/large.parquet"
fi

if [[ $KEEP == 1 ]]; then
    python3 scripts/bench_report.py "$WORK/raw" --out benches/results --command "DATA=${DATA:+(real listings)} ROWS=$ROWS MEMORY_ROWS=$MEMORY_ROWS RUNS=$RUNS ZEN=$ZEN scripts/bench.sh"
else
    python3 scripts/bench_report.py "$WORK/raw"
fi
