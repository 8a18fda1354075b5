#!/usr/bin/env bash
# Somebody who works in a container where nothing may stay behind: the same answers, without a daemon.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }
none_runs() { [ ! -e "$OPTA_HOME/daemon/state.json" ] || fail "$1 has started a daemon"; }

[ "$(opta do --no-daemon count to 3 2>err.txt </dev/null)" = $'1\n2\n3' ] || fail "--no-daemon: $(cat err.txt)"
[ -s err.txt ] || fail "it does not say so"
none_runs --no-daemon

export OPTA_NO_DAEMON=1
id=$(opta do -f json "echo remember me" 2>/dev/null </dev/null | jq -r .sessionId)
opta do --resume "$id" "what did I ask before?" 2>/dev/null </dev/null | grep -q "remember me" || fail "--resume"
[ "$(echo "echo by chat" | opta chat 2>/dev/null)" = "by chat" ] || fail "opta chat"
code=0
opta do create denied.txt that says no >/dev/null 2>&1 </dev/null || code=$?
[ "$code" = 1 ] && [ ! -e denied.txt ] || fail "a tool is denied as it is with a daemon: $code"
opta do --yolo create allowed.txt that says yes >/dev/null 2>&1 </dev/null
[ "$(cat allowed.txt)" = yes ] || fail "--yolo"
opta do count to 500 2>/dev/null </dev/null | head -1 >/dev/null
none_runs OPTA_NO_DAEMON

# What was said without it, the daemon has.
unset OPTA_NO_DAEMON
opta sessions show "$id" | grep -q "remember me" || fail "the session is lost"
