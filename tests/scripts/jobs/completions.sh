#!/usr/bin/env bash
# Somebody whose dotfiles write the completions of every tool, and load those of bash.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

for shell in bash zsh fish powershell; do
  opta completions "$shell" >"$shell.txt" 2>err.txt || fail "$shell: $(cat err.txt)"
  [ -s "$shell.txt" ] && [ ! -s err.txt ] || fail "$shell: no script, or more than that: $(cat err.txt)"
done
bash -n bash.txt || fail "the script is no bash"
bash -c 'set -eu; source ./bash.txt; complete -p opta' >/dev/null || fail "bash does not know opta after it"
[ ! -e "$OPTA_HOME/daemon/state.json" ] || fail "printing has started a daemon"

code=0
opta completions tcsh >out.txt 2>err.txt || code=$?
[ "$code" = 2 ] && [ ! -s out.txt ] && grep -q "bash" err.txt || fail "another shell: $code, $(cat err.txt)"
