#!/usr/bin/env bash
# Somebody who has notes summarised: by words without quotes, through a pipe, from a file and from a here-document.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }

[ "$(opta do count to 3 </dev/null)" = $'1\n2\n3' ] || fail "words without quotes"
[ "$(opta do "count to 3" </dev/null)" = $'1\n2\n3' ] || fail "the same in quotes"
[ "$(echo "count to 3" | opta do)" = $'1\n2\n3' ] || fail "a task that comes by the pipe alone"

printf 'Milk is out.\nThe dentist is on Monday.\n' >notes.md
cat notes.md | opta do "summarise this" >summary.txt
grep -q "Milk is out" summary.txt || fail "the summary is not of the notes: $(cat summary.txt)"
opta do summarise this <notes.md | grep -q "2 lines" || fail "from a file"

answer=$(
  opta do <<'EOF'
echo first line
second line
EOF
)
[ "$answer" = $'first line\nsecond line' ] || fail "a here-document: $answer"
[ "$(opta do echo <<<"by a here-string")" = "by a here-string" ] || fail "a here-string"
