#!/usr/bin/env bash
# Screens the bundled feed, explains one decision to staff and to the seller, says what to try next, and ends with the
# service running while synthetic listings come in, until Ctrl-C.
#
# usage: BIN=PATH scripts/demo.sh
#
#   DEMO_SECONDS  stop by itself after so many seconds (default: 10 without a terminal, else never)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly BIN=${BIN:?path of the touchstone program}
readonly FEED=fixtures/demo/feed
readonly SELLERS=fixtures/demo/sellers.jsonl
readonly OUT=out/demo
readonly SHOWN=p-242

bold='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} ]]; then bold=$'\e[1m' plain=$'\e[0m'; fi
heading() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

mkdir -p "$OUT"
heading "1. Two feeds, screened: Merchant Center XML and JSON lines, fifteen languages, honest offers and fakes"
# The summary goes to a file and then to the screen, so that no progress bar stands in the table.
"$BIN" screen "$FEED" --sellers "$SELLERS" --format table --show-allowed 100 --rejects "$OUT/rejects.jsonl" 2>"$OUT/summary" ||
    { cat "$OUT/summary" >&2; exit 1; }
cat "$OUT/summary"

heading "2. What was set aside, and why"
python3 - "$OUT/rejects.jsonl" <<'SHOW'
import json, os, sys

for bad in map(json.loads, open(sys.argv[1], encoding="utf-8")):
    place = f"{os.path.basename(bad['file'])}, line {bad['line']}"
    field = f", {bad['field']}" if "field" in bad else ""
    print(f"  {place}{field}: {bad['detail']}\n      {bad['hint']}")
SHOW

heading "3. One decision, as staff see it"
"$BIN" explain "$SHOWN" --from "$FEED" --sellers "$SELLERS"

heading "4. The same decision, as the seller reads it"
"$BIN" explain "$SHOWN" --from "$FEED" --sellers "$SELLERS" --seller

heading "5. Try next"
cat <<NEXT
  $BIN explain b-108 --from $FEED
      the title is perfect, the description gives it away
  $BIN screen $FEED --out $OUT/decisions.jsonl
  $BIN replay $OUT/decisions.jsonl --listings $FEED
      decisions as JSON lines, and the same ones said again, byte for byte
  $BIN screen YOUR-FEED.xml --format table
      Merchant Center XML, TSV, CSV, JSONL or Parquet of your own, plain, .gz or .zst
  $BIN policy test
      the rules in policy/ are TOML with SQL conditions and their tests beside them; change one and run this
NEXT

heading "6. The service, with synthetic listings coming in"
seconds=${DEMO_SECONDS:-}
[[ -n $seconds || -t 0 ]] || seconds=10
port=8080
while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
work=$(mktemp -d)
: >"$work/log"
"$BIN" serve --data "$work/data" --listen "127.0.0.1:$port" 2>>"$work/log" &
server=$!
stream=''
trap 'kill $stream "$server" 2>/dev/null; wait; rm -rf "$work"' EXIT
trap 'exit 0' INT TERM
until grep -q '^serving on' "$work/log"; do
    kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.1
done
key=$("$BIN" keys create --data "$work/data" --name demo --scope screen,read,outcomes,seller 2>/dev/null)
cat <<SERVICE
  ${bold}http://127.0.0.1:$port/#key=$key${plain}
      paste a listing, see the decision; below it, what is coming in
  http://127.0.0.1:$port/docs
      every call, to try; the key is $key
  Everything that comes in is synthetic: marketplace synthetic-demo, ids that begin with synthetic-
  Ctrl-C${seconds:+, or $seconds seconds,} will stop both and delete what they kept.
SERVICE
TOUCHSTONE_KEY=$key python3 scripts/stream.py "http://127.0.0.1:$port" ${seconds:+--seconds "$seconds"} &
stream=$!
wait "$stream"
