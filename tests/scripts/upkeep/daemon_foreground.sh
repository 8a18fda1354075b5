#!/usr/bin/env bash
# Somebody whose process supervisor runs the daemon in the foreground, and ends it with SIGTERM.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

opta daemon run --json >ready.json 2>log.txt &
supervised=$!
trap 'kill "$supervised" 2>/dev/null || true' EXIT
until [ -s ready.json ]; do
  kill -0 "$supervised" || fail "it has ended: $(cat log.txt)"
  sleep 0.1
done
url=$(jq -r .url ready.json)
[ "$(jq -s length ready.json)" = 1 ] || fail "ready.json: $(cat ready.json)"
[ "$(opta daemon status --json | jq -r .url)" = "$url" ] || fail "the others do not find it"
[ "$(opta do echo served </dev/null)" = served ] || fail "it does not serve"

# A second one must not take over.
if opta daemon run >/dev/null 2>&1; then fail "two daemons"; fi

kill -TERM "$supervised"
code=0
wait "$supervised" || code=$?
[ "$code" = 0 ] || fail "exit code $code after SIGTERM: $(cat log.txt)"
if opta daemon status >/dev/null; then fail "it still answers"; fi
