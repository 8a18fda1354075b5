#!/usr/bin/env bash
# Somebody who takes answers apart with jq, and for whom anything else on standard output breaks the job.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

[ "$(opta do --format json "echo three rivers" </dev/null | jq -r .response)" = "three rivers" ] || fail ".response"

opta do -v -f json count to 2 >answer.json 2>log.txt </dev/null
[ "$(jq -s length answer.json)" = 1 ] || fail "not exactly one document"
jq -e '.sessionId | startswith("sess_")' answer.json >/dev/null || fail "sessionId"
jq -e '.finishReason == "stop" and (.stats.completionTokens | type) == "number"' answer.json >/dev/null || fail "stats"
jq -e '.toolCalls == [] and .model == "opta-demo"' answer.json >/dev/null || fail "model and toolCalls"
[ -s log.txt ] || fail "--verbose said nothing on standard error"

# The flag also stands before the command.
[ "$(opta --format json do echo hi </dev/null | jq -r .response)" = hi ] || fail "--format before the command"

# A failure is a document, too.
code=0
opta do -f json --resume sess_of_nobody echo hi >failure.json 2>/dev/null </dev/null || code=$?
[ "$code" = 2 ] || fail "exit code $code for a session that is not there"
[ "$(jq -s length failure.json)" = 1 ] || fail "a failure that is not one document"
jq -e '.error.message | contains("sess_of_nobody")' failure.json >/dev/null || fail "the failure says nothing"
