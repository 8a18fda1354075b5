#!/usr/bin/env bash
# Somebody whose tool reads state.json and talks to the daemon itself, with the token that stands there.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

opta daemon start >/dev/null
state=$OPTA_HOME/daemon/state.json
[ "$(stat -c %a "$state")" = 600 ] || fail "mode $(stat -c %a "$state")"
jq -e '.pid and .daemonId and .host and .port and .token and .startedAt and .logsPath' "$state" >/dev/null ||
  fail "keys: $(jq -c keys "$state")"
kill -0 "$(jq .pid "$state")" || fail "the pid is of nobody"
[ -f "$(jq -r .logsPath "$state")" ] || fail "no log at logsPath"

url=http://$(jq -r .host "$state"):$(jq -r .port "$state")
# Not in the arguments, where every user of the machine could read it.
jq -r '"header = \"Authorization: Bearer \(.token)\""' "$state" >curlrc
call() { curl -fsS -K curlrc "$@"; }

[ "$(curl -s -o /dev/null -w '%{http_code}' "$url/v3/sessions")" = 401 ] || fail "it answers without the token"
[ "$(call "$url/v3/health" | jq -r .status)" = ok ] || fail "/v3/health"
opta do echo by hand >/dev/null </dev/null
id=$(call "$url/v3/sessions" | jq -r '.sessions[0].sessionId')
[ "$(call "$url/v3/sessions/$id" | jq -r .sessionId)" = "$id" ] || fail "/v3/sessions/ID"
new=$(call -d '{}' -H 'Content-Type: application/json' "$url/v3/sessions" | jq -r .sessionId)
opta sessions list --json | jq -e --arg id "$new" 'any(.[]; .sessionId == $id)' >/dev/null || fail "POST /v3/sessions"

# A restart has another token, and whoever reads the file again has it.
jq -r .token "$state" >old
opta daemon restart >/dev/null
[ "$(jq -r .token "$state")" != "$(cat old)" ] || fail "the token is the old one"
