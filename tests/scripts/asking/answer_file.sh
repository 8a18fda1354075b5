#!/usr/bin/env bash
# Somebody who keeps answers in files: -o, -q, a redirection and tee.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

opta do -o both.txt echo kept >shown.txt </dev/null
cmp -s both.txt shown.txt || fail "-o writes the answer as well"

opta do --quiet --output only.txt echo kept >shown.txt 2>&1 </dev/null
[ ! -s shown.txt ] || fail "-q -o prints: $(cat shown.txt)"
[ "$(cat only.txt)" = kept ] || fail "-q -o writes: $(cat only.txt)"

opta do -q echo quiet >quiet.txt 2>noise.txt </dev/null
[ "$(cat quiet.txt)" = quiet ] || fail "-q prints the answer"
[ ! -s noise.txt ] || fail "-q says: $(cat noise.txt)"

opta do echo to both ends </dev/null | tee copy.txt | grep -qx "to both ends" || fail "through tee"
[ "$(cat copy.txt)" = "to both ends" ] || fail "tee's copy"

# An answer ends with one line end, so that files can be put together.
[ "$(opta do echo x </dev/null | wc -l)" -eq 1 ] || fail "one line end"

code=0
opta do -o missing/folder.txt echo lost 2>why.txt </dev/null || code=$?
[ "$code" = 2 ] && grep -q "missing" why.txt || fail "a folder that is not there: $code, $(cat why.txt)"
