#!/usr/bin/env bash
# Somebody who asks several things at the same time, on a machine where no daemon runs yet.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

pids=()
for word in red green blue; do
  opta do "echo $word" >"$word.txt" 2>"$word.err" </dev/null &
  pids+=("$!")
done
for pid in "${pids[@]}"; do wait "$pid" || fail "a job failed: $(cat ./*.err)"; done
for word in red green blue; do
  [ "$(cat "$word.txt")" = "$word" ] || fail "$word.txt has $(cat "$word.txt")"
done

# Three starts at once gave one daemon, which has all three sessions.
[ "$(opta sessions list --json | jq length)" = 3 ] || fail "$(opta sessions list)"

# Two at once in one session come one after another.
id=$(opta sessions list --json --limit 1 | jq -r '.[0].sessionId')
opta do --resume "$id" echo one >one.txt </dev/null &
first=$!
opta do --resume "$id" echo two >two.txt </dev/null &
second=$!
wait "$first" && wait "$second" || fail "two turns in one session"
[ "$(cat one.txt two.txt)" = $'one\ntwo' ] || fail "answers are mixed up: $(cat one.txt two.txt)"
