#!/usr/bin/env bash
# Somebody who looks for trouble in the log, and for what happened in one session.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

id=$(opta do -f json echo hi </dev/null | jq -r .sessionId)
opta daemon logs --level info | grep -q "listens" || fail "--level info: $(opta daemon logs)"
if opta daemon logs --level error | grep -q "listens"; then fail "--level error has what is no error"; fi
opta daemon logs --level warn --json | jq -e 'type == "array"' >/dev/null || fail "--level with --json"
opta daemon logs --session "$id" --json | jq -e 'all(.[]; tostring | contains("'"$id"'"))' >/dev/null || fail "--session"
code=0
opta daemon logs --level loud >/dev/null 2>err.txt || code=$?
[ "$code" = 2 ] && [ -s err.txt ] || fail "a level that is none: $code, $(cat err.txt)"
