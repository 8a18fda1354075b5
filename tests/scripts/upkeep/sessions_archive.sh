#!/usr/bin/env bash
# Somebody who puts old sessions into an archive, and deletes them only when that has worked.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }
opta do echo one two </dev/null >/dev/null
opta do echo three four </dev/null >/dev/null

opta sessions list --json | jq -r '.[].sessionId' | while read -r id; do
  opta sessions export "$id" >"$id.md" </dev/null
  opta sessions export "$id" --format json >"$id.json" </dev/null
  opta sessions export "$id" -f jsonl -o "$id.jsonl" </dev/null
  [ -s "$id.md" ] && jq -e . "$id.json" >/dev/null && [ -s "$id.jsonl" ] || fail "$id"
  opta sessions delete "$id" --yes >/dev/null </dev/null
done
[ "$(opta sessions list --json)" = "[]" ] || fail "something is left: $(opta sessions list)"
grep -q "three four" ./*.md || fail "the Markdown lacks what was said"
[ "$(cat ./*.json | jq -s length)" = 2 ] || fail "each export is one document"
cat ./*.jsonl | jq -e '.event' >/dev/null || fail "each line of the log is an event"

# Without --yes nobody is there to confirm it: nothing is deleted.
id=$(opta do -f json echo kept </dev/null | jq -r .sessionId)
if opta sessions delete "$id" >/dev/null 2>&1 </dev/null; then fail "deleted without a word"; fi
opta sessions show "$id" --json | jq -e . >/dev/null || fail "it is gone"

code=0
opta sessions show sess_of_nobody 2>err.txt || code=$?
[ "$code" = 2 ] && grep -q "sess_of_nobody" err.txt || fail "a session that is not there: $code, $(cat err.txt)"
