#!/usr/bin/env bash
# Somebody who starts the model server when Opta says that there is none (3).
set -uo pipefail
cd "$(mktemp -d)" || exit 1
fail() { echo "$1" >&2; exit 1; }

unset OPTA_PROVIDER
export OPTA_HOST=127.0.0.1 OPTA_PORT=1 # nobody listens there

opta do echo hi >out.txt 2>err.txt </dev/null
code=$?
[ $code -eq 3 ] || fail "exit code $code: $(cat err.txt)"
[ ! -s out.txt ] || fail "standard output has $(cat out.txt)"
grep -q "127.0.0.1:1" err.txt || fail "it does not say where: $(cat err.txt)"

opta do --format json echo hi >out.json 2>/dev/null </dev/null
[ $? -eq 3 ] || fail "with --format json"
jq -e '.error.code and .error.message' out.json >/dev/null || fail "no document: $(cat out.json)"

opta status >/dev/null 2>&1
[ $? -eq 3 ] || fail "opta status"

if opta do echo hi >/dev/null 2>&1 </dev/null; then
  fail "if takes it for a success"
elif [ $? -ne 3 ]; then
  fail "elif"
fi
