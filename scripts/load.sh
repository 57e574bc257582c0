#!/usr/bin/env bash
# Measures the service with decisions on the disk: generator and server side by side on this machine, each measurement on
# a server and a data folder of its own. Raw results, machine and command go to benches/results/.
#
# usage: scripts/load.sh [--quick]
#
#   --quick    a few seconds each: does it still work? Nothing is kept
#
#   SINGLE     calls a second with one listing each          (default 500)
#   ARRAYS     calls a second with arrays of 100 listings    (default 10)
#   MEASURED   seconds of each measurement                   (default 60)
#   STEP       seconds of each step of a search              (default 10)
#   P99        bound of the search                           (default 50ms)
#   SURGE      calls a second of the surge                   (default three times the highest rate that was held)
#   LISTINGS   JSON-lines file to make listings from         (default the fixtures, which are odder than what shops see)
#   SERVE      more arguments for `touchstone serve`
#   BIN        the program                                   (default a release build of it)
#   WORK       folder on the disk to measure                 (default the target folder)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ ${1:-} == --quick ]]; then
    MEASURED=${MEASURED:-3} STEP=${STEP:-1} KEEP=0
fi
readonly SINGLE=${SINGLE:-500} ARRAYS=${ARRAYS:-10} MEASURED=${MEASURED:-60} STEP=${STEP:-10} P99=${P99:-50ms}
readonly SURGE=${SURGE:-}
readonly LISTINGS=${LISTINGS:-} SERVE=${SERVE:-} KEEP=${KEEP:-1}
readonly TARGET=${CARGO_TARGET_DIR:-target}
readonly WORK=${WORK:-$TARGET/load}
export CARGO_TARGET_DIR=$TARGET

step() { printf 'load: %s\n' "$*" >&2; }

if [[ -z ${BIN:-} ]]; then
    step "building (release)"
    cargo build --release --quiet --package touchstone
fi
readonly BIN=${BIN:-$TARGET/release/touchstone}

server=
stop() {
    [[ -z $server ]] || { kill "$server" && wait "$server" || true; }
    server=
}
trap stop EXIT

# Starts a server on an empty folder; sets `server`, `url` and `key`.
start() {
    url=
    local data=$WORK/data log=$WORK/server.log
    rm -rf "$data"
    # shellcheck disable=SC2086 # several arguments
    "$BIN" serve --data "$data" --listen 127.0.0.1:0 --rate 1000000 --burst 1000000 $SERVE 2>"$log" &
    server=$!
    for _ in {1..600}; do
        url=$(sed -n 's/^serving on \(http[^ ]*\).*/\1/p' "$log")
        [[ -z $url ]] || break
        kill -0 "$server" 2>/dev/null || { cat "$log" >&2; exit 1; }
        sleep 0.1
    done
    key=$("$BIN" keys create --data "$data" --name load --scope screen 2>/dev/null)
}

# Clock ticks of processor time, user and system, and the most memory in KiB.
used() { awk '{ print $14 + $15 }' "/proc/$server/stat"; }
peak() { awk '/^VmHWM:/ { print $2 }' "/proc/$server/status"; }

# measure NAME ARGUMENTS…: one run of the load test against a new server.
measure() {
    local name=$1 before after
    shift
    step "$name"
    start
    before=$(used)
    "$BIN" loadtest --url "$url" --key "$key" --seconds "$MEASURED" --step "$STEP" --seed 2026 --format json \
        ${LISTINGS:+--listings "$LISTINGS"} "$@" >"$WORK/raw/$name.json"
    after=$(used)
    printf '{"ticks": %s, "ticks_per_second": %s, "peak_kib": %s, "data_kib": %s}\n' "$((after - before))" \
        "$(getconf CLK_TCK)" "$(peak)" "$(du -sk "$WORK/data" | cut -f1)" >"$WORK/raw/$name.server.json"
    stop
}

rm -rf "$WORK/raw"
mkdir -p "$WORK/raw"
measure single --rate "$SINGLE"
measure single_highest --rate "$SINGLE" --p99 "$P99"
measure arrays --batch 100 --rate "$ARRAYS" --connections 16
measure arrays_highest --batch 100 --rate "$ARRAYS" --p99 "$P99" --connections 16
# Three times what is held, from many connections: what becomes of those who are taken, and after it.
surge=${SURGE:-$(python3 -c 'import json, sys; print(3 * json.load(open(sys.argv[1]))["achieved"]["calls_per_s"])' \
    "$WORK/raw/single_highest.json")}
measure surge --rate "$SINGLE" --surge "$surge" --connections 1000
rm -rf "$WORK/data"

command="SINGLE=$SINGLE ARRAYS=$ARRAYS MEASURED=$MEASURED STEP=$STEP P99=$P99${SURGE:+ SURGE=$SURGE}${LISTINGS:+ LISTINGS=(real listings)}${SERVE:+ SERVE='$SERVE'} scripts/load.sh"
if [[ $KEEP == 1 ]]; then
    python3 scripts/load_report.py "$WORK/raw" --out benches/results --command "$command"
else
    python3 scripts/load_report.py "$WORK/raw" --command "$command"
fi
