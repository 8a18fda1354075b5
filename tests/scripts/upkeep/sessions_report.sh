#!/usr/bin/env bash
# Somebody who reports what was asked in a week, by tag and by words.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

[ "$(opta sessions list --json)" = "[]" ] || fail "an empty list is a list"
opta do "echo about harbours" >/dev/null </dev/null
id=$(opta do -f json "echo about glaciers" </dev/null | jq -r .sessionId)
opta sessions tag "$id" work

[ "$(opta sessions list --json | jq length)" = 2 ] || fail "list"
[ "$(opta sessions list --json | jq -r '.[0].sessionId')" = "$id" ] || fail "the latest comes first"
[ "$(opta sessions list --since 7d --limit 1 --tag work --json | jq -r '.[].sessionId')" = "$id" ] || fail "--tag"
[ "$(opta sessions list --tag play --json | jq length)" = 0 ] || fail "a tag that nobody has"
[ "$(opta sessions list --limit 1 --json | jq length)" = 1 ] || fail "--limit"
[ "$(opta sessions list --since 2020-01-01 --json | jq length)" = 2 ] || fail "--since DATE"
[ "$(opta sessions list --model no-such-model --json | jq length)" = 0 ] || fail "--model"
[ "$(opta sessions list | wc -l)" -eq 2 ] || fail "one session a line: $(opta sessions list)"

[ "$(opta sessions search glaciers --json | jq -r '.[].sessionId')" = "$id" ] || fail "search"
[ "$(opta sessions search nothing like that --json | jq length)" = 0 ] || fail "a search in vain"

opta sessions list --json | jq -r '.[] | [.sessionId, .title, .updatedAt] | @tsv' | while IFS=$'\t' read -r sid title at; do
  [ -n "$sid" ] && [ -n "$title" ] && date -d "$at" >/dev/null || fail "a row: $sid, $title, $at"
done
