#!/usr/bin/env bash
# Somebody who has a folder of files worked through: for, while read, find with xargs.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }
mkdir in out
for name in a b c; do echo "note $name" >"in/$name.txt"; done

for file in in/*.txt; do
  output=out/$(basename "$file")
  opta do echo <"$file" >"$output"
done
grep -q "note b" out/b.txt || fail "for"

# As with ssh, the loop's own input is kept away from the command.
count=0
while read -r word; do
  [ "$(opta do "echo $word" </dev/null)" = "$word" ] || fail "while read: $word"
  count=$((count + 1))
done <<'EOF'
red
green
EOF
[ "$count" = 2 ] || fail "the loop ran $count times"

printf 'red\ngreen\n' | xargs -n 1 opta do echo >colours.txt
[ "$(cat colours.txt)" = $'red\ngreen' ] || fail "xargs: $(cat colours.txt)"

find in -name '*.txt' -print0 | xargs -0 -P 2 -I{} sh -c 'opta do echo <"$1" >"$1.sum"' _ {}
[ "$(grep -l note in/*.sum | wc -l)" -eq 3 ] || fail "xargs -P"
