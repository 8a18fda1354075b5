#!/usr/bin/env bash
# Somebody whose monitoring asks every minute how things are: status, version, models, without changing anything.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

opta version | grep -Eq '^opta [0-9]+\.[0-9]+\.[0-9]+' || fail "version: $(opta version)"
version=$(opta version --json | jq -r .version)
[ "$(opta --version)" = "$version" ] || fail "--version says $(opta --version)"
[ "$(opta version --json | jq -r .contract)" = "opta-daemon-v3@1" ] || fail "the contract"

opta daemon start >/dev/null
opta status --json >status.json
[ "$(jq -s length status.json)" = 1 ] || fail "status is not one document"
jq -e '.daemon.running and .modelServer.reachable and .sessions.count == 0' status.json >/dev/null ||
  fail "status: $(cat status.json)"
opta status | grep -q "opta-demo" || fail "status for people: $(opta status)"

opta models list --json | jq -e '.models[0].id == "opta-demo"' >/dev/null || fail "models list"
opta models list | grep -q "opta-demo" || fail "models list for people"
[ "$(opta status --json | jq .sessions.count)" = 0 ] || fail "looking has made a session"
