#!/usr/bin/env bash
# Somebody who has all of these flags in a wrapper, whatever the task.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }
shared=$(mktemp -d)
echo "kept elsewhere" >"$shared/note.txt"

for mode in --plan --review --research; do
  [ "$(opta do "$mode" echo fine </dev/null)" = fine ] || fail "$mode"
done
all=(--no-commit --no-checkpoints --max-turns 5 --auto --verbose --debug)
[ "$(opta do "${all[@]}" echo fine 2>/dev/null </dev/null)" = fine ] || fail "all flags at once"
[ "$(opta do echo fine "${all[@]}" 2>/dev/null </dev/null)" = fine ] || fail "all flags after the words"
[ "$(opta do -- echo --plan </dev/null)" = "--plan" ] || fail "words after --"

opta do read "$shared/note.txt" >without.txt 2>&1 </dev/null || true
if grep -q "kept elsewhere" without.txt; then fail "it reads outside of its folders"; fi
opta do --add-dir "$shared" --add-dir /usr/share read "$shared/note.txt" </dev/null | grep -q "kept elsewhere" ||
  fail "--add-dir"
code=0
opta do --add-dir /no/such/folder echo hi 2>err.txt </dev/null || code=$?
[ "$code" != 0 ] && grep -q "/no/such/folder" err.txt || fail "--add-dir in vain: $code, $(cat err.txt)"

# In plan mode nothing is changed, whatever else is allowed.
opta do --plan --auto create planned.txt that says no >/dev/null 2>&1 </dev/null || true
[ ! -e planned.txt ] || fail "--plan has written a file"
