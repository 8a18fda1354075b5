#!/usr/bin/env bash
# Somebody whose firewall wants to know the port: OPTA_DAEMON_PORT, --port, and OPTA_DAEMON_HOST.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

port=$(opta daemon start --port 0 --json | jq -r '.url | split(":")[2]')
opta daemon stop >/dev/null

export OPTA_DAEMON_PORT=$port OPTA_DAEMON_HOST=127.0.0.1
[ "$(opta do echo hi </dev/null)" = hi ] || fail "opta do starts no daemon there"
[ "$(jq .port "$OPTA_HOME/daemon/state.json")" = "$port" ] || fail "state.json has another port"
[ "$(opta daemon status --json | jq -r .url)" = "http://127.0.0.1:$port" ] || fail "status has another address"
[ "$(opta daemon restart --json | jq -r .url)" = "http://127.0.0.1:$port" ] || fail "a restart moves it"

code=0
OPTA_DAEMON_HOST=0.0.0.0 opta daemon restart >/dev/null 2>err.txt || code=$?
[ "$code" != 0 ] && [ -s err.txt ] || fail "every interface, without a word"
[ "$(opta do echo alive </dev/null)" = alive ] || fail "a restart in vain has cost the daemon its life"
