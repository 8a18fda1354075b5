#!/usr/bin/env bash
# Somebody whose long jobs can be stopped: by Ctrl-C (130), and by a time limit, after which nothing goes on in secret.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }
running() { opta sessions list --limit 1 --json | jq -r '.[0].activeTurnId'; }

for signal in INT TERM; do
  opta do count to 2000 >$signal.txt 2>err.txt </dev/null &
  pid=$!
  until [ -s $signal.txt ]; do sleep 0.1; done
  kill -$signal "$pid"
  code=0
  wait "$pid" || code=$?
  [ "$code" = 130 ] || fail "exit code $code after SIG$signal: $(cat err.txt)"
  [ "$(head -n 1 $signal.txt)" = 1 ] || fail "what came before is not kept"
  [ "$(running)" = null ] || fail "the turn goes on after SIG$signal"
done

code=0
timeout 2 opta do count to 2000 >/dev/null 2>&1 </dev/null || code=$?
[ "$code" = 124 ] || fail "exit code $code of timeout"
[ "$(running)" = null ] || fail "the turn goes on after the time limit"
