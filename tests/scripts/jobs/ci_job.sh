#!/usr/bin/env bash
# Somebody who runs Opta in a job of CI: a home of its own, no colour unless it is asked for, everything gone at the end.
set -euo pipefail
fail() { echo "$1" >&2; exit 1; }
workdir=$(mktemp -d)
export CI=true OPTA_HOME="$workdir/opta"
trap 'opta daemon stop >/dev/null; rm -rf "$workdir"' EXIT
cd "$workdir"
escapes() { grep -q $'\e' "$1"; }

opta do show markdown >answer.txt 2>log.txt </dev/null
opta sessions list >list.txt
opta daemon status >status.txt
opta --help >help.txt
for file in answer.txt log.txt list.txt status.txt help.txt; do
  if escapes "$file"; then fail "colour in $file"; fi
done
grep -q '\*\*bold\*\*' answer.txt || fail "a pipe gets the Markdown as it is"

FORCE_COLOR=1 opta sessions list >list.txt
escapes list.txt || fail "FORCE_COLOR"
NO_COLOR=1 FORCE_COLOR=1 opta sessions list >list.txt
if escapes list.txt; then fail "NO_COLOR"; fi
FORCE_COLOR=1 opta sessions list --json | jq -e 'length == 1' >/dev/null || fail "JSON has no colour"
