#!/usr/bin/env bash
# Does a day's work in the console by hand: a real server, a real browser, once with the mouse and once with the keyboard.
#
# usage: BIN=PATH scripts/console.sh [--screens FOLDER]
#
#   CHROMIUM  the browser (default: /usr/bin/chromium)
#   --screens write every page as a picture into FOLDER instead
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

BIN=$(realpath "${BIN:?path of the touchstone program}")
export TOUCHSTONE_BIN=$BIN
cd console
npm run --silent test
if [[ ${1:-} == --screens ]]; then
    SCREENS=$(realpath -m "../${2:?folder}") npm run --silent hands -- e2e/screens.test.ts
else
    npm run --silent hands -- e2e/day.test.ts e2e/fast.test.ts
fi
