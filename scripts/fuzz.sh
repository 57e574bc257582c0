#!/usr/bin/env bash
# Runs every fuzz target for a short while on stable Rust: coverage from the compiler, no sanitizer.
# usage: FUZZ_SECONDS=20 scripts/fuzz.sh, or FUZZ_RUNS=20000 for the same inputs every time
set -euo pipefail
cd "$(dirname "$0")/.."

seconds="${FUZZ_SECONDS:-20}"
# A number of runs from a fixed seed and an empty corpus: what a gate needs.
runs="${FUZZ_RUNS:-}"
target="${CARGO_TARGET_DIR:-target}/fuzz"
passes="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"

triple="$(rustc -vV | sed -n 's/^host: //p')"
echo "building the fuzz targets"
# With --target the flags reach the crates under test, not build scripts. Not --locked: the versions stand in the lock
# file, but which of them our own crates need changes with every one of them.
RUSTFLAGS="--cfg fuzzing $passes" cargo build --quiet --manifest-path fuzz/Cargo.toml --target "$triple" --target-dir "$target"

mkdir -p "$target/corpus"
for name in feeds packed normaliser reading screen pictures hashes drawings kept written; do
  corpus="$target/corpus/$name"
  limit=("-max_total_time=$seconds")
  if [[ -n "$runs" ]]; then
    corpus="$(mktemp -d)"
    # A listing that is screened passes through everything: a run of that target takes as long as four of another.
    [[ "$name" == screen ]] && limit=("-runs=$((runs / 4))" "-seed=1") || limit=("-runs=$runs" "-seed=1")
  fi
  mkdir -p "$corpus"
  echo "fuzzing $name: ${limit[*]}"
  log="$target/$name.log"
  if ! "$target/$triple/debug/$name" "${limit[@]}" -max_len=8192 -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -verbosity=0 -artifact_prefix="$target/" "$corpus" "fuzz/seeds/$name" >"$log" 2>&1; then
    cat "$log"
    echo "fuzzing $name failed; the input is in $target"
    exit 1
  fi
  grep 'number_of_executed_units' "$log" || true
done
