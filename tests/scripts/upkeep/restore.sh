#!/usr/bin/env bash
# Somebody who moves sessions to another machine, and who has deleted one too many.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

id=$(opta do -f json "echo the one that matters" </dev/null | jq -r .sessionId)
opta sessions export "$id" -f jsonl -o talk.jsonl

opta sessions delete "$id" --yes >/dev/null
[ "$(opta sessions list --json)" = "[]" ] || fail "it is still in the list"
opta sessions restore "$id" >/dev/null 2>&1 || fail "restore"
opta sessions show "$id" | grep -q "the one that matters" || fail "it has not come back whole"
code=0
opta sessions restore sess_of_nobody >/dev/null 2>err.txt || code=$?
[ "$code" = 2 ] && [ -s err.txt ] || fail "nothing to restore: $code, $(cat err.txt)"

# Another machine.
opta daemon stop >/dev/null
export OPTA_HOME="$PWD/other"
trap 'opta daemon stop >/dev/null' EXIT
opta sessions import talk.jsonl >/dev/null 2>&1 || fail "import"
[ "$(opta sessions list --json | jq length)" = 1 ] || fail "it is not in the list"
opta sessions search matters --json | jq -e 'length == 1' >/dev/null || fail "it is not found"
new=$(opta sessions list --json | jq -r '.[0].sessionId')
opta do --resume "$new" "what did I ask before?" </dev/null | grep -q "the one that matters" || fail "it does not go on"

echo "no session at all" >wrong.jsonl
code=0
opta sessions import wrong.jsonl >/dev/null 2>err.txt || code=$?
[ "$code" != 0 ] && grep -q "wrong.jsonl" err.txt || fail "a file that is none: $code, $(cat err.txt)"
[ "$(opta sessions list --json | jq length)" = 1 ] || fail "a part of it was taken"
