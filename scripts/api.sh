#!/usr/bin/env bash
# Calls a server of its own in every way that the OpenAPI document allows, and in some that it does not: no answer may
# be a 5xx, and none may differ from what the document says.
#
# usage: BIN=PATH scripts/api.sh
#
#   API_SECONDS  how long at most  (default 90)
#   API_SEED     seed of the calls (default 7)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly BIN=${BIN:?path of the touchstone program}
readonly SECONDS_MAX=${API_SECONDS:-90} SEED=${API_SEED:-7}
readonly VENV=.setup/api-venv REQUIREMENTS=scripts/requirements-api.txt
readonly PACK=crates/touchstone/tests/data/pack
readonly CHECKS=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,ignored_auth

step() { printf 'api: %s\n' "$*" >&2; }

stamp=$(sha256sum "$REQUIREMENTS")
if [[ ! -f $VENV/stamp || $(<"$VENV/stamp") != "$stamp" ]]; then
    step "fetching schemathesis"
    python3 -m venv --clear "$VENV"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes --requirement "$REQUIREMENTS"
    printf '%s' "$stamp" >"$VENV/stamp"
fi

work=$(mktemp -d)
"$BIN" serve --data "$work/data" --listen 127.0.0.1:0 --knowledge "$PACK/knowledge" --policy "$PACK/policy" \
    --rate 1000000 --burst 1000000 2>"$work/log" &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$work"' EXIT
address=''
for _ in $(seq 100); do
    address=$(sed -n 's|^serving on ||p' "$work/log")
    [[ -z $address ]] || break
    sleep 0.1
done
[[ -n $address ]] || { cat "$work/log" >&2; exit 1; }
key=$("$BIN" keys create --data "$work/data" --name api --scope admin 2>/dev/null)

step "calling $address for at most $SECONDS_MAX s"
"$VENV/bin/schemathesis" run "$address/v1/openapi.json" --header "Authorization: Bearer $key" --seed "$SEED" \
    --max-examples 40 --max-time "$SECONDS_MAX" --checks "$CHECKS" --suppress-health-check all --no-color >"$work/out" 2>&1 ||
    { cat "$work/out" "$work/log" >&2; exit 1; }
tail -n 8 "$work/out"
