#!/usr/bin/env bash
# Somebody who brings a machine back to how it was, whose config file has comments by hand.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }
unset OPTA_PROVIDER
mkdir -p "$OPTA_HOME"
file=$(opta config path)
printf '{\n  // the machine in the cellar\n  "connection": { "host": "192.168.1.4" },\n}\n' >"$file"

[ "$(opta config get connection.host)" = 192.168.1.4 ] || fail "a file with comments"
opta config set connection.port 1234
grep -q "in the cellar" "$file" || fail "a change has lost the comment: $(cat "$file")"

opta config reset connection.port >/dev/null 2>&1 || opta config reset connection.port --yes >/dev/null 2>&1
if opta config get connection.port >/dev/null 2>&1; then fail "one key"; fi
[ "$(opta config get connection.host)" = 192.168.1.4 ] || fail "another key is gone, too"

# Without --yes nobody is there to confirm that everything goes.
if opta config reset >/dev/null 2>&1 </dev/null; then fail "everything is gone without a word"; fi
[ "$(opta config get connection.host)" = 192.168.1.4 ] || fail "it has not asked, and done it"
opta config reset --yes >/dev/null 2>&1
[ "$(opta config list --json)" = "[]" ] || fail "something is left: $(opta config list --json)"
