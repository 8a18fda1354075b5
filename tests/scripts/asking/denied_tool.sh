#!/usr/bin/env bash
# Somebody whose job may only read: a tool that would change something is denied, which is a failure (1).
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

code=0
opta do create report.txt that says done >out.txt 2>err.txt </dev/null || code=$?
[ "$code" = 1 ] || fail "exit code $code"
[ ! -e report.txt ] || fail "the file was written nevertheless"
grep -q "write_file" err.txt || fail "it does not say which tool: $(cat err.txt)"

code=0
opta do -f json create report.txt that says done >out.json 2>/dev/null </dev/null || code=$?
[ "$code" = 1 ] || fail "exit code $code with --format json"
jq -e '.toolCalls | length > 0' out.json >/dev/null || fail "no tool call in $(cat out.json)"

# Reading needs no approval.
echo "the figures" >figures.txt
opta do read figures.txt </dev/null | grep -q "the figures" || fail "reading is not denied"

# Flags of the job that may write.
opta do --auto create auto.txt that says done >/dev/null </dev/null
[ "$(cat auto.txt)" = done ] || fail "--auto"
opta do --yolo create yolo.txt that says done >/dev/null </dev/null
[ "$(cat yolo.txt)" = done ] || fail "--yolo"
opta do --dangerous create danger.txt that says done >/dev/null </dev/null
[ "$(cat danger.txt)" = done ] || fail "--dangerous"
