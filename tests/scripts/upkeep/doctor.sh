#!/usr/bin/env bash
# Somebody whose first question to a user is: what does `opta doctor` say?
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

opta doctor >report.txt 2>&1 || fail "a machine where nothing has run yet: $(cat report.txt)"
[ ! -e "$OPTA_HOME/daemon/state.json" ] || fail "looking has started a daemon"
opta daemon start >/dev/null
opta doctor >report.txt 2>&1 || fail "all is well, and yet: $(cat report.txt)"
if grep -q $'\e' report.txt; then fail "colour in a file"; fi
opta doctor --json >report.json
[ "$(jq -s length report.json)" = 1 ] || fail "not exactly one document"
jq -e '.checks | length > 5 and all(.status != "failed")' report.json >/dev/null || fail "$(cat report.json)"

# What others may read is found, and mended.
chmod 644 "$OPTA_HOME/daemon/state.json"
code=0
opta doctor --json >report.json || code=$?
[ "$code" = 1 ] || fail "exit code $code when the token can be read by others"
jq -r '.checks[] | select(.status == "failed") | .detail' report.json | grep -q "state.json" || fail "$(cat report.json)"
opta doctor --fix >report.txt 2>&1 || fail "--fix: $(cat report.txt)"
[ "$(stat -c %a "$OPTA_HOME/daemon/state.json")" = 600 ] || fail "it is not mended"

# A model server that is away has a code of its own, as everywhere.
opta daemon stop >/dev/null
code=0
OPTA_PROVIDER='' OPTA_HOST=127.0.0.1 OPTA_PORT=1 opta doctor >report.txt 2>&1 || code=$?
[ "$code" = 3 ] || fail "exit code $code without a model server: $(cat report.txt)"
