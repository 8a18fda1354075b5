#!/usr/bin/env bash
# Somebody whose program talks to `opta server` with curl, as it has since the first release.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

opta server --port 0 2>server.log &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" || true' EXIT
until grep -q "Opta server at" server.log; do
  kill -0 "$server" || fail "it has ended: $(cat server.log)"
  sleep 0.1
done
url=$(grep -Eo 'http://[0-9.]+:[0-9]+' server.log | tail -n 1)

curl -fsS "$url/health" >health.json
jq -e '.status == "ok" and .model == "opta-demo" and (.uptime | type) == "number" and .version' health.json >/dev/null ||
  fail "/health: $(cat health.json)"

chat() { curl -sS -H 'Content-Type: application/json' -d "$1" "$url/v1/chat"; }
first=$(chat '{"message":"echo one"}')
[ "$(jq -r .response <<<"$first")" = one ] || fail "/v1/chat: $first"
jq -e '.model == "opta-demo" and .stats' <<<"$first" >/dev/null || fail "/v1/chat: $first"
id=$(jq -r .session_id <<<"$first")

second=$(chat "$(jq -n --arg id "$id" '{message: "what did I ask before?", session_id: $id}')")
[ "$(jq -r .session_id <<<"$second")" = "$id" ] || fail "another session: $second"
jq -r .response <<<"$second" | grep -q "echo one" || fail "it does not remember: $second"

# Without the header, as `curl -d` sends it.
[ "$(curl -s -d '{"message":"echo plain"}' "$url/v1/chat" | jq -r .response)" = plain ] || fail "curl -d"

code=$(curl -s -o error.json -w '%{http_code}' -d '{}' "$url/v1/chat")
[ "$code" = 400 ] || fail "a message that is missing: $code"
[ "$(jq -r .error error.json)" = "Missing required field: message (string)" ] || fail "$(cat error.json)"
[ "$(curl -s -o /dev/null -w '%{http_code}' -H 'Origin: https://evil.example' "$url/health")" = 403 ] || fail "Origin"

# What came in there is a session like any other.
opta sessions show "$id" | grep -q "echo one" || fail "opta sessions does not have it"

kill -INT "$server"
code=0
wait "$server" || code=$?
[ "$code" = 0 ] || fail "exit code $code after Ctrl-C"
