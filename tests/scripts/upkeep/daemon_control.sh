#!/usr/bin/env bash
# Somebody who looks after the daemon by script: start, status, restart, logs and stop, read with jq.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

started=$(opta daemon start --json)
pid=$(jq .pid <<<"$started")
kill -0 "$pid" || fail "no process $pid"
[ "$(jq .alreadyRunning <<<"$started")" = false ] || fail "it was running already"
url=$(jq -r .url <<<"$started")
again=$(opta daemon start --json)
[ "$(jq -c '[.pid, .alreadyRunning]' <<<"$again")" = "[$pid,true]" ] || fail "a second start: $again"

status=$(opta daemon status --json)
[ "$(jq -c '[.running, .pid]' <<<"$status")" = "[true,$pid]" ] || fail "status: $status"
jq -e '.runtime.activeTurnCount == 0 and .permissions.net' <<<"$status" >/dev/null || fail "status: $status"
opta daemon status | grep -q "$pid" || fail "status for people"

opta daemon logs | tail -n 1 | grep -q "listens" || fail "logs: $(opta daemon logs)"
[ "$(opta daemon logs -n 1 --json | jq length)" = 1 ] || fail "logs --json"

restarted=$(opta daemon restart --json)
[ "$(jq .pid <<<"$restarted")" != "$pid" ] || fail "the same process after a restart"
if curl -s -o /dev/null "$url"; then fail "the old one still answers"; fi

[ "$(opta daemon stop --json | jq .wasRunning)" = true ] || fail "stop"
opta daemon stop --json | jq -e '.wasRunning == false' >/dev/null || fail "a second stop is no error"
[ ! -e "$OPTA_HOME/daemon/state.json" ] || fail "the state file is left behind"
