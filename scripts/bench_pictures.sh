#!/usr/bin/env bash
# Measures pictures, in one run and side by side: fingerprints beside a bare decode and the public Python packages, exact
# search beside faiss. Raw results, machine and command go to benches/results/.
#
# usage: PHOTOS=DIR scripts/bench_pictures.sh [--quick]
#
#   --quick   few photos, few hashes: does it still work? Nothing is kept
#
#   PHOTOS    folder with JPEG photos, searched through; a hundred are enough, more make better hashes to search
#   ENTRIES   how many hashes to search   (default 1000000,10000000)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly PHOTOS=${PHOTOS:?give a folder with JPEG photos}
readonly TARGET=${CARGO_TARGET_DIR:-target}
readonly VENV=.setup/bench-pictures-venv
options=(--entries "${ENTRIES:-1000000,10000000}" --keep benches/results)
[[ ${1:-} == --quick ]] && options=(--entries 50000 --count 10 --rounds 2)
readonly options

step() { printf 'bench: %s\n' "$*" >&2; }

step "building (release)"
cargo build --release --quiet --package touchstone-trials

stamp=$(sha256sum scripts/requirements-pictures.txt)
if [[ ! -x $VENV/bin/python || ! -f $VENV/stamp || $(<"$VENV/stamp") != "$stamp" ]]; then
    step "fetching Python packages (60 MB)"
    python3 -m venv --clear "$VENV"
    install() { "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes "$@"; }
    install --only-binary=:all: --requirement <(grep -v '^pdqhash' scripts/requirements-pictures.txt)
    install --no-build-isolation --requirement scripts/requirements-pictures.txt
    printf '%s' "$stamp" >"$VENV/stamp"
fi

"$VENV/bin/python" scripts/bench_pictures.py "$TARGET/release/touchstone-trials" --photos "$PHOTOS" \
    --commit "$(git rev-parse --short=12 HEAD)" \
    --command "PHOTOS=(photos) ENTRIES=${ENTRIES:-1000000,10000000} scripts/bench_pictures.sh" "${options[@]}"
