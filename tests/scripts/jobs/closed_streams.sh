#!/usr/bin/env bash
# Somebody whose launcher closes streams, or puts them where nothing fits.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

[ "$(opta do echo hi <&-)" = hi ] || fail "standard input is closed"
opta do echo hi >&- </dev/null || fail "standard output is closed"
[ "$(opta do echo hi 2>&- </dev/null)" = hi ] || fail "standard error is closed"
opta do -o answer.txt echo hi <&- >&- 2>&- || fail "everything is closed"
[ "$(cat answer.txt)" = hi ] || fail "the file of -o"
opta sessions list --json >&- || fail "a list for nobody"

# A disk that is full is no success.
code=0
opta do echo hi >/dev/full 2>err.txt </dev/null || code=$?
[ "$code" = 1 ] && grep -q "space" err.txt || fail "a full disk: $code, $(cat err.txt)"
