#!/usr/bin/env bash
# Somebody who swaps models on an Opta LMX at night: what is loaded, load, unload, use and delete, with names in part.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }
state() { opta models list --json | jq -r --arg id "$1" '.models[] | select(.id == $id) | .state'; }

loaded=$(opta models list --json | jq -r '.models[] | select(.state == "loaded") | .id' | head -n 1)
other=$(opta models list --json | jq -r '.models[] | select(.state == "available") | .id' | head -n 1)
[ -n "$loaded" ] && [ -n "$other" ] || fail "$(opta models list)"

opta models load "${other#*/}" --json | jq -e . >/dev/null || fail "load"
[ "$(state "$other")" = loaded ] || fail "it is not loaded"
opta models unload "$loaded" >/dev/null
[ "$(state "$loaded")" = available ] || fail "it is loaded still"
[ "$(opta do -f json hi </dev/null | jq -r .model)" = "$other" ] || fail "the next turn has another model"
[ "$(opta models info "$other" --json | jq -r .id)" = "$other" ] || fail "info"
opta models use "$other" >/dev/null 2>&1
[ "$(opta config get model.default)" = "$other" ] || fail "use"

# Without --yes nobody is there to confirm it.
if opta models delete "$loaded" >/dev/null 2>&1 </dev/null; then fail "deleted without a word"; fi
[ "$(state "$loaded")" = available ] || fail "it is gone"
opta models delete "$loaded" --yes --json | jq -e . >/dev/null || fail "delete"
[ -z "$(state "$loaded")" ] || fail "it is still there"
opta models download "$loaded" --json 2>progress.txt | jq -es 'length == 1' >/dev/null || fail "download"
[ "$(state "$loaded")" = available ] || fail "it has not come back"

code=0
opta models load no-such-model >/dev/null 2>err.txt || code=$?
[ "$code" = 2 ] && grep -q "no-such-model" err.txt || fail "a model that is not there: $code, $(cat err.txt)"
