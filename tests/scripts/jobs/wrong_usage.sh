#!/usr/bin/env bash
# Somebody whose wrapper tells a typing error (2) from a failure (1), and shows what was said.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

wrong() {
  local code=0
  opta "$@" >out.txt 2>err.txt </dev/null || code=$?
  [ "$code" = 2 ] || fail "opta $*: exit code $code"
  [ ! -s out.txt ] || fail "opta $*: standard output has $(cat out.txt)"
  grep -q "^opta: " err.txt || fail "opta $*: standard error has $(cat err.txt)"
}

wrong frobnicate
wrong do
wrong do --no-such-flag x
wrong do --max-turns many x
wrong do --format xml x
wrong do --plan --review x
wrong config set no.such.key 1
wrong config set connection.port eighty
wrong sessions list --limit none
wrong daemon start --port 70000
wrong daemon logs --lines few

# Help and version are no errors, and go to standard output.
opta --help 2>/dev/null | grep -q "^  do " || fail "help names no do"
opta do --help 2>/dev/null | grep -q -- "--max-turns" || fail "help of do"
opta help sessions 2>/dev/null | grep -q "export" || fail "help sessions"
opta --version | grep -Eqx '[0-9]+\.[0-9]+\.[0-9]+.*' || fail "version"
