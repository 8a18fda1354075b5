#!/usr/bin/env bash
# Somebody who has piped in the wrong file: it is refused, and not sent to a model as rubbish.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }
refused() {
  local code=0
  opta do summarise this <"$1" >out.txt 2>err.txt || code=$?
  [ "$code" = 2 ] || fail "$1: exit code $code, $(cat err.txt)"
  [ ! -s out.txt ] || fail "$1: standard output has $(cat out.txt)"
  grep -q "not text" err.txt || fail "$1: $(cat err.txt)"
}

echo "a text that is packed" | gzip >packed.gz
head -c 5000 /dev/urandom >random.bin
cat "$(command -v bash)" >program.bin
printf 'U\0T\0F\0-\0001\0006\0' >utf16.txt
for file in packed.gz random.bin program.bin utf16.txt; do refused "$file"; done

# A log with one byte that does not belong is a text, and what it has lost is said; unless nothing is to be said.
printf 'caf\351 is open\nall day\n' >latin1.txt
opta do summarise this <latin1.txt >out.txt 2>err.txt
grep -q "is open" out.txt || fail "one odd byte: $(cat out.txt)"
grep -q "UTF-8" err.txt || fail "it does not say so: $(cat err.txt)"
opta do -q summarise this <latin1.txt >out.txt 2>err.txt
[ ! -s err.txt ] || fail "-q says: $(cat err.txt)"

# Nor is a text that `head -c` has cut within a character.
printf 'Grüße' | head -c 3 | opta do echo >out.txt 2>err.txt
[ "$(cat out.txt)" = Gr ] || [ "$(cat out.txt)" = $'Gr\uFFFD' ] || fail "cut: $(cat out.txt)"
