#!/usr/bin/env bash
# Somebody who sets up machines by script: settings are set, read back, listed and removed.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }
unset OPTA_PROVIDER OPTA_HOST OPTA_PORT

opta config set connection.host 192.168.1.4
opta config set connection.port 1234
opta config set connection.adminKey secret-key 2>/dev/null
opta config set model.default qwen3
opta config set provider.active lmx
opta config set daemon.maxSessions 20
opta config set daemon.permissionTimeoutMs 60000

[ "$(opta config get connection.host)" = 192.168.1.4 ] || fail "get"
[ "$(opta config get connection.port)" = 1234 ] || fail "get a number"
opta config list --json >list.json
[ "$(jq -r '.[] | select(.key == "model.default") | .value' list.json)" = qwen3 ] || fail "list: $(cat list.json)"
[ "$(jq '.[] | select(.key == "daemon.maxSessions") | .value' list.json)" = 20 ] || fail "a number is no string"
if grep -q secret-key list.json; then fail "the list shows a secret"; fi

file=$(opta config path)
[ "$(jq -r .connection.host "$file")" = 192.168.1.4 ] || fail "the file: $(cat "$file")"
[ "$(stat -c %a "$file")" = 600 ] || fail "the file may be read by others"
echo "key from a pipe" | opta config set connection.apiKey
[ "$(opta config get connection.apiKey)" = "key from a pipe" ] || fail "a secret from a pipe"

# The environment comes before the file.
[ "$(OPTA_HOST=10.0.0.9 opta config get connection.host)" = 10.0.0.9 ] || fail "OPTA_HOST"
[ "$(OPTA_MODEL=other opta config get model.default)" = other ] || fail "OPTA_MODEL"

opta config delete model.default
code=0
opta config get model.default >out.txt 2>/dev/null || code=$?
[ "$code" = 1 ] && [ ! -s out.txt ] || fail "a key that is not set: $code"
[ "$(opta config get model.default 2>/dev/null || echo fallback)" = fallback ] || fail "the || of a script"
opta config delete model.default 2>/dev/null || fail "to delete nothing is no error"

code=0
opta config set conection.host x 2>err.txt || code=$?
[ "$code" = 2 ] && grep -q "connection.host" err.txt || fail "a typing error names no other key: $(cat err.txt)"
