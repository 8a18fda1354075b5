#!/usr/bin/env bash
# Somebody who gives a job exactly the rights that it needs, by rules, and takes them back at the end.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }
trap 'opta config delete permissions.write_file 2>/dev/null' EXIT

opta config set permissions.write_file allow
opta do create allowed.txt that says yes >/dev/null </dev/null
[ "$(cat allowed.txt)" = yes ] || fail "allow"

# A rule counts at once, also for a daemon that runs; and deny is the last word, whatever the flags say.
opta config set permissions.write_file deny
if opta do --yolo create denied.txt that says no >/dev/null 2>&1 </dev/null; then fail "deny"; fi
[ ! -e denied.txt ] || fail "a denied file is there"

[ "$(opta config get permissions.write_file)" = deny ] || fail "config get"
opta config list --json | jq -e 'any(.[]; .key == "permissions.write_file" and .value == "deny")' >/dev/null ||
  fail "config list"

opta config set permissions.write_file ask
if opta do create asked.txt that says no >/dev/null 2>&1 </dev/null; then fail "nobody is there to be asked"; fi

code=0
opta config set permissions.write_file perhaps 2>err.txt || code=$?
[ "$code" = 2 ] && grep -q "allow" err.txt || fail "a value that is none: $code, $(cat err.txt)"
