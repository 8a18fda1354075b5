#!/usr/bin/env bash
# Somebody who says by the environment which model server and which model it is to be: OPTA_HOST, OPTA_PORT, OPTA_MODEL.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }
: "${OPTA_HOST:?}" "${OPTA_PORT:?}"

opta do say something >answer.txt </dev/null
grep -q "Hello, world" answer.txt || fail "the answer: $(cat answer.txt)"
[ "$(opta models list --json | jq -r '.models[].id' | head -n 1)" = fake-model ] || fail "$(opta models list --json)"
[ "$(opta do -m fake-model -f json hi </dev/null | jq -r .model)" = fake-model ] || fail "-m"

code=0
opta do -m no-such-model hi >/dev/null 2>err.txt </dev/null || code=$?
[ "$code" = 3 ] && grep -q no-such-model err.txt || fail "a model that is not there: $code, $(cat err.txt)"

# The provider of one turn, and a default that is kept.
[ "$(opta do --provider demo echo hi </dev/null)" = hi ] || fail "--provider"
opta models use fake-model >/dev/null 2>&1
[ "$(opta config get model.default)" = fake-model ] || fail "models use"
[ "$(OPTA_MODEL=other opta config get model.default)" = other ] || fail "OPTA_MODEL"

# --device is for the daemon that is started by it; one that runs elsewhere is not bent over.
code=0
opta do --device 127.0.0.1:1 hi >/dev/null 2>err.txt </dev/null || code=$?
[ "$code" = 1 ] && grep -q "opta daemon restart" err.txt || fail "another device: $code, $(cat err.txt)"
opta daemon stop >/dev/null
unset OPTA_HOST
device=127.0.0.1:$OPTA_PORT
unset OPTA_PORT
opta do --device "$device" hi 2>/dev/null </dev/null | grep -q "Hello" || fail "--device"
