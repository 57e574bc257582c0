#!/usr/bin/env bash
# Screens the bundled feed, explains one decision to staff and to the seller, looks at listings whose words are clean and
# whose pictures are not, says what to try next, and ends with the service running while synthetic listings come in,
# until Ctrl-C.
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
readonly PICTURED=fixtures/demo/pictured.jsonl
readonly IMAGES=fixtures/demo/images
readonly GUILTY=i-301
readonly MODELS=${TOUCHSTONE_MODELS:-models}
readonly MONTH=fixtures/month
readonly PASSWORD='synthetic people only'

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

heading "5. Words are clean, pictures are not: what is painted on them, codes, and a copy of a known fake"
if [[ -e $MODELS/manifest.toml ]]; then
    # One picture of a counterfeiter, as a test purchase would bring it; a listing below shows a part of it, mirrored.
    readonly LOOK=(--images "$IMAGES" --models "$MODELS" --data "$OUT/data")
    rm -rf "$OUT/data"
    "$BIN" bank add counterfeit --data "$OUT/data" --models "$MODELS" --by demo --why "test purchase" fixtures/demo/known \
        >"$OUT/bank" 2>&1 || { cat "$OUT/bank" >&2; exit 1; }
    "$BIN" screen "$PICTURED" "${LOOK[@]}" --format table --show-allowed 100 2>"$OUT/summary" ||
        { cat "$OUT/summary" >&2; exit 1; }
    "$BIN" explain "$GUILTY" --from "$PICTURED" "${LOOK[@]}" --html "$OUT/$GUILTY.html"
    "$BIN" explain i-303 --from "$PICTURED" "${LOOK[@]}" --html "$OUT/i-303.html" >/dev/null
    cat <<DRAWN

  ${bold}$PWD/$OUT/$GUILTY.html${plain}
      the picture with boxes around the evidence, reasons beside it; open it in a browser
  ${bold}$PWD/$OUT/i-303.html${plain}
      a known fake, mirrored and cut, beside the picture that it was taken from
DRAWN
else
    echo "  left out: there are no models in $MODELS; make setup fetches them"
fi

heading "6. Try next"
cat <<NEXT
  $BIN explain b-108 --from $FEED
      the title is perfect, the description gives it away
  $BIN screen $FEED --out $OUT/decisions.jsonl
  $BIN replay $OUT/decisions.jsonl --listings $FEED
      decisions as JSON lines, and the same ones said again, byte for byte
  $BIN screen YOUR-FEED.xml --format table
      Merchant Center XML, TSV, CSV, JSONL or Parquet of your own, plain, .gz or .zst
  $BIN explain i-302 --from $PICTURED --images $IMAGES
      a code on the picture leads to an album outside the marketplace
  $BIN policy test
      the rules in policy/ are TOML with SQL conditions and their tests beside them; change one and run this
NEXT

heading "7. The service, with synthetic listings coming in"
seconds=${DEMO_SECONDS:-}
[[ -n $seconds || -t 0 ]] || seconds=10
port=8080
while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
work=$(mktemp -d)
server='' stream=''
trap 'kill $stream $server 2>/dev/null; wait; rm -rf "$work"' EXIT
trap 'exit 0' INT TERM
: >"$work/log"
echo "  living a synthetic month: forty shops, people who review, appeals, a fuse that blows" >&2
"$BIN" month --data "$work/data" --review "$MONTH" <<<"$PASSWORD"
"$BIN" serve --data "$work/data" --review "$MONTH" --models "$MODELS" --listen "127.0.0.1:$port" 2>>"$work/log" &
server=$!
until grep -q '^serving on' "$work/log"; do
    kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.1
done
key=$("$BIN" keys create --data "$work/data" --name demo --scope screen,read,outcomes,seller 2>/dev/null)
# What came in this morning: the bundled feed, so that something waits for them.
python3 scripts/morning.py "http://127.0.0.1:$port" "$key" "$FEED/plaza.jsonl" "$SELLERS" "$PICTURED" "$IMAGES"
cat <<SERVICE
  ${bold}http://127.0.0.1:$port/console/${plain}
      the console, where people work: log in as lena (lead), anna (reviewer), ada (analyst), audit (auditor), admin,
      or shop-00 (a seller, as up to shop-05); the password of each is ${bold}$PASSWORD${plain}
  http://127.0.0.1:$port/#key=$key
      paste a listing, see the decision; below it, what is coming in
  http://127.0.0.1:$port/docs
      every call, to try; the key is $key
  All of it is invented: the month is of the marketplace synthetic-market, what comes in now of synthetic-demo
  Ctrl-C${seconds:+, or $seconds seconds,} will stop both and delete what they kept.
SERVICE
TOUCHSTONE_KEY=$key python3 scripts/stream.py "http://127.0.0.1:$port" ${seconds:+--seconds "$seconds"} &
stream=$!
wait "$stream"
