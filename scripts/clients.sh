#!/usr/bin/env bash
# Generates clients in Python and TypeScript from docs/openapi.json, checks the TypeScript example against the
# generated types, and runs both examples against servers of their own.
#
# usage: BIN=PATH scripts/clients.sh
#
# What is fetched and generated stays in .setup/clients; a second run fetches nothing.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

export BIN=${BIN:?path of the touchstone program}
readonly WORK=.setup/clients DOCUMENT=docs/openapi.json
readonly REQUIREMENTS=scripts/requirements-clients.txt
readonly VENV=$WORK/venv NODE=$WORK/typescript

step() { printf 'clients: %s\n' "$*" >&2; }
# Whether a folder was made from these files; made FOLDER FILE…
made() { [[ -f $1/stamp && $(<"$1/stamp") == "$(sha256sum "${@:2}")" ]]; }
stamp() { sha256sum "${@:2}" >"$1/stamp"; }

mkdir -p "$NODE"
if ! made "$VENV" "$REQUIREMENTS"; then
    step "fetching openapi-python-client"
    python3 -m venv --clear "$VENV"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes --requirement "$REQUIREMENTS"
    stamp "$VENV" "$REQUIREMENTS"
fi
readonly LOCKED=(examples/typescript/package.json examples/typescript/package-lock.json examples/typescript/.npmrc)
cp "${LOCKED[@]}" examples/typescript/tsconfig.json examples/typescript/publish.ts "$NODE"
if ! made "$NODE" "${LOCKED[@]}"; then
    step "fetching openapi-typescript, openapi-fetch and typescript"
    (cd "$NODE" && npm ci --silent --ignore-scripts --no-audit --no-fund)
    stamp "$NODE" "${LOCKED[@]}"
fi

step "generating from $DOCUMENT"
printf 'post_hooks: []\n' >"$WORK/config.yml"
"$VENV/bin/openapi-python-client" generate --path "$DOCUMENT" --config "$WORK/config.yml" --meta none \
    --output-path "$WORK/python/touchstone_client" --overwrite --fail-on-warning >"$WORK/log" || { cat "$WORK/log" >&2; exit 1; }
"$NODE/node_modules/.bin/openapi-typescript" "$DOCUMENT" --output "$NODE/schema.d.ts" >"$WORK/log" 2>&1 || { cat "$WORK/log" >&2; exit 1; }

step "checking types"
"$NODE/node_modules/.bin/tsc" --project "$NODE"

step "running the examples"
PYTHON_EXAMPLE="$VENV/bin/python examples/python/publish.py" PYTHONPATH=$WORK/python \
    TYPESCRIPT_EXAMPLE="node $NODE/out/publish.js" python3 -m unittest --quiet examples/test_examples.py
