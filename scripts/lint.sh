#!/usr/bin/env bash
# Everything that is checked without running the product: formatting, clippy, the house rules, scripts.
#
# usage: scripts/lint.sh
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

step() { printf 'lint: %s\n' "$*" >&2; }

step "formatting"
cargo fmt --check

step "clippy"
cargo --locked clippy --all-targets -- -D warnings

step "house rules"
cargo --locked test --quiet --package touchstone-tidy

step "shell scripts"
mapfile -t shell < <(git ls-files '*.sh' .ci/run)
for script in "${shell[@]}"; do bash -n "$script"; done
if command -v shellcheck >/dev/null; then
    shellcheck "${shell[@]}"
else
    step "shellcheck is not installed: only the syntax was checked"
fi

step "Python scripts"
mapfile -t python < <(git ls-files '*.py')
((${#python[@]} == 0)) || python3 -c 'import ast, sys
for path in sys.argv[1:]:
    ast.parse(open(path, encoding="utf-8").read(), path)' "${python[@]}"
