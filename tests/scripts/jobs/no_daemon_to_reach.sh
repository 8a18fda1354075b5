#!/usr/bin/env bash
# Somebody who alerts when the daemon is the matter (4), and not the model.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

code=0
opta daemon status >/dev/null || code=$?
[ "$code" = 4 ] || fail "daemon status without a daemon: exit code $code"
code=0
opta status --json >status.json || code=$?
[ "$code" = 4 ] || fail "status without a daemon: exit code $code"
[ "$(jq -r .daemon.running status.json)" = false ] || fail "status says $(cat status.json)"
[ ! -e "$OPTA_HOME/daemon/state.json" ] || fail "looking has started a daemon"

# A daemon in another folder holds the port that this one must have.
port=$(OPTA_HOME="$PWD/other" opta daemon start --json | jq -r .url | sed 's/.*://')
trap 'OPTA_HOME="$PWD/other" opta daemon stop >/dev/null' EXIT
code=0
OPTA_DAEMON_PORT=$port opta do echo hi >out.txt 2>err.txt </dev/null || code=$?
[ "$code" = 4 ] || fail "a port that is taken: exit code $code, $(cat err.txt)"
[ ! -s out.txt ] || fail "standard output has $(cat out.txt)"
grep -q "$port" err.txt || fail "it does not name the port: $(cat err.txt)"
