#!/usr/bin/env bash
# Somebody whose files come from everywhere: line ends of Windows, none at the end, other alphabets, very long ones.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

[ "$(printf 'echo one\r\ntwo\r\n' | opta do)" = $'one\ntwo' ] || fail "line ends of Windows"
[ "$(printf 'echo no end' | opta do)" = "no end" ] || fail "no line end at the end"
[ "$(echo 'Grüße, 世界, שלום 🎉' | opta do echo)" = 'Grüße, 世界, שלום 🎉' ] || fail "UTF-8 by a pipe"
[ "$(opta do echo 'naïve café ☕' </dev/null)" = 'naïve café ☕' ] || fail "UTF-8 as an argument"
[ "$(LC_ALL=C opta do echo 'naïve' </dev/null)" = 'naïve' ] || fail "UTF-8 in the locale C"
[ "$(opta do "echo it's \$HOME \"quoted\" \\ and *" </dev/null)" = "it's \$HOME \"quoted\" \\ and *" ] || fail "quotes"

long=$(head -c 100000 /dev/zero | tr '\0' x)
opta do "summarise this: $long" </dev/null >long.txt || fail "an argument of 100 KB"
opta do -f json "summarise this" <<<"$long" | jq -e .response >/dev/null || fail "100 KB through a pipe"

code=0
head -c 600000 /dev/zero | tr '\0' x | opta do summarise this >out.txt 2>err.txt || code=$?
grep -q "too long" err.txt && [ ! -s out.txt ] && [ "$code" != 0 ] || fail "too much: $code, $(cat err.txt)"

code=0
printf '\n\n  \n' | opta do 2>err.txt || code=$?
[ "$code" = 2 ] || fail "nothing but blanks: $code"
