#!/usr/bin/env bash
# Somebody whose first question to a user is: what does `opta doctor` say?
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

opta daemon start >/dev/null
opta doctor >report.txt 2>&1 || fail "all is well, and yet: $(cat report.txt)"
[ -s report.txt ] || fail "it says nothing"
opta doctor --json >report.json
[ "$(jq -s length report.json)" = 1 ] || fail "not exactly one document"

# What others may read is found, and mended.
chmod 644 "$OPTA_HOME/daemon/state.json"
code=0
opta doctor >report.txt 2>&1 || code=$?
grep -q "state.json" report.txt || fail "the mode of the token file: $code, $(cat report.txt)"
opta doctor --fix >report.txt 2>&1 || fail "--fix: $(cat report.txt)"
[ "$(stat -c %a "$OPTA_HOME/daemon/state.json")" = 600 ] || fail "it is not mended"
