#!/usr/bin/env bash
# Somebody who registers MCP servers on a new machine, again and again, without ever doubling one.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

[ "$(opta mcp list --json)" = "[]" ] || fail "an empty list is a list"
for _ in 1 2; do
  opta mcp add github "npx -y some-github-server" --env GITHUB_TOKEN=secret,LOG=1 2>/dev/null
  opta mcp add memory npx -y some-memory-server --env "PLACE=/tmp/a b" 2>/dev/null
done
opta mcp list --json >list.json
[ "$(jq length list.json)" = 2 ] || fail "$(cat list.json)"
jq -e '.[] | select(.name == "github") | .command == "npx" and .args == ["-y", "some-github-server"]' list.json \
  >/dev/null || fail "a command in quotes: $(cat list.json)"
jq -e '.[] | select(.name == "github") | .env == ["GITHUB_TOKEN", "LOG"]' list.json >/dev/null || fail "its variables"
if grep -q secret list.json; then fail "the list shows a secret"; fi
opta mcp list | grep -q '^memory ' || fail "the list for people: $(opta mcp list)"

code=0
opta mcp test memry 2>err.txt || code=$?
[ "$code" = 2 ] && grep -q "memory" err.txt || fail "a typing error: $code, $(cat err.txt)"
opta mcp add broken /no/such/program 2>/dev/null
code=0
opta mcp test broken --json >test.json 2>/dev/null || code=$?
[ "$code" = 1 ] && [ "$(jq .ok test.json)" = false ] || fail "a server that does not start: $code, $(cat test.json)"

for name in github memory broken; do opta mcp remove "$name" 2>/dev/null; done
[ "$(opta mcp list --json)" = "[]" ] || fail "removed"
