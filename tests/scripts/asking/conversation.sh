#!/usr/bin/env bash
# Somebody whose script holds a conversation: the id of the first answer is what the next ones go on with.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

id=$(opta do --format json "echo my name is Ada" </dev/null | jq -r .sessionId)
again=$(opta do --format json --resume "$id" "what did I ask before?" </dev/null)
[ "$(jq -r .sessionId <<<"$again")" = "$id" ] || fail "another session: $again"
jq -r .response <<<"$again" | grep -q "my name is Ada" || fail "it does not remember: $again"

# The beginning of the id is enough, the flag also stands in front, and without --resume a new session begins.
[ "$(opta do -r "${id:0:13}" echo short </dev/null)" = short ] || fail "a short id"
[ "$(opta --resume "$id" do echo front </dev/null)" = front ] || fail "opta --resume ID do"
other=$(opta do -f json echo hi </dev/null | jq -r .sessionId)
[ "$other" != "$id" ] || fail "the same session"

# Several messages through one pipe are one conversation, one a line.
printf 'echo one\necho two\n' | opta chat --resume "$id" >answers.txt
[ "$(cat answers.txt)" = $'one\ntwo' ] || fail "opta chat: $(cat answers.txt)"
[ "$(echo 'echo three' | opta)" = three ] || fail "opta alone is opta chat"
opta sessions show "$id" | grep -q "echo two" || fail "the chat went on elsewhere"
