#!/usr/bin/env bash
# Somebody who needs the first line only, with pipefail on: a reader that leaves early must not fail the script.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

[ "$(opta do count to 500 2>err.txt </dev/null | head -1)" = 1 ] || fail "head -1"
[ ! -s err.txt ] || fail "it complains: $(cat err.txt)"
opta do count to 500 2>err.txt </dev/null | grep -q 3 || fail "grep -q"
[ ! -s err.txt ] || fail "it complains: $(cat err.txt)"

opta sessions list | head -1 >/dev/null
opta sessions list --json | head -c 1 >/dev/null
opta sessions show latest 2>err.txt | head -1 | grep -q '^# ' || fail "sessions show"
opta --help | head -1 | grep -q Usage || fail "help"
opta daemon logs | head -1 >/dev/null
opta do --format json count to 3 2>err.txt </dev/null | true
[ ! -s err.txt ] || fail "nobody reads: $(cat err.txt)"
