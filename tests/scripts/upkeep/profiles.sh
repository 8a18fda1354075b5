#!/usr/bin/env bash
# Somebody who has a model server at home and another one at work, and goes over between them.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }
unset OPTA_PROVIDER

opta env save home --host 192.168.1.4 --port 1234 --model qwen3 --mode plan >/dev/null
opta env save work --host 10.0.0.7 --provider lmx >/dev/null
[ "$(opta env list --json | jq -r '.profiles[].name' | sort | xargs)" = "home work" ] || fail "$(opta env list --json)"
[ "$(opta env list --json | jq .current)" = null ] || fail "saving goes over to it"

opta env use home >/dev/null 2>&1
[ "$(opta env show --json | jq -r .profile.host)" = 192.168.1.4 ] || fail "$(opta env show --json)"
[ "$(opta config get connection.host)" = 192.168.1.4 ] || fail "the profile does not count"
[ "$(OPTA_HOST=10.1.1.1 opta config get connection.host)" = 10.1.1.1 ] || fail "OPTA_HOST comes before the profile"
opta env list | grep -q '^\* home' || fail "the star: $(opta env list)"

opta env use work >/dev/null 2>&1
[ "$(opta config get connection.host)" = 10.0.0.7 ] || fail "the other profile"
opta env delete work >/dev/null 2>&1
[ "$(opta env list --json | jq -c '[.current, (.profiles | length)]')" = "[null,1]" ] || fail "$(opta env list --json)"
code=0
opta env use work 2>err.txt || code=$?
[ "$code" != 0 ] && grep -q work err.txt || fail "a profile that is gone: $code, $(cat err.txt)"
