#!/usr/bin/env bash
# Runs every fuzz target for a short while on stable Rust: coverage from the compiler, no sanitizer.
# usage: FUZZ_SECONDS=20 scripts/fuzz.sh
set -euo pipefail
cd "$(dirname "$0")/.."

seconds="${FUZZ_SECONDS:-20}"
target="${CARGO_TARGET_DIR:-target}/fuzz"
passes="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"

triple="$(rustc -vV | sed -n 's/^host: //p')"
echo "building the fuzz targets"
# With --target the flags reach the crates under test, not build scripts.
RUSTFLAGS="--cfg fuzzing $passes" cargo build --quiet --locked --manifest-path fuzz/Cargo.toml --target "$triple" --target-dir "$target"

mkdir -p "$target/corpus"
for name in feeds normaliser reading; do
  mkdir -p "$target/corpus/$name"
  echo "fuzzing $name for $seconds s"
  "$target/$triple/debug/$name" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$target/" "$target/corpus/$name" fuzz/seeds/"$name" 2>&1 | grep -E 'number_of_executed_units|ERROR|panicked|assert' || true
  [ "${PIPESTATUS[0]}" -eq 0 ] || { echo "fuzzing $name failed; the input is in $target"; exit 1; }
done
