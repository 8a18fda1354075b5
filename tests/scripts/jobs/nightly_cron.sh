#!/usr/bin/env bash
# Somebody who has a line in a crontab: hardly any environment, no terminal, standard output goes by mail.
set -euo pipefail
cd "$(mktemp -d)"
fail() { echo "$1" >&2; exit 1; }
from_cron() { env -i PATH="$PATH" HOME="$HOME" SHELL=/bin/sh LOGNAME=cron OPTA_DAEMON_PORT=0 sh -c "$1" </dev/null; }
trap 'from_cron "opta daemon stop" >/dev/null' EXIT

# Set once, by hand; cron finds it in the home folder.
from_cron 'opta config set provider.active demo'
[ "$(from_cron 'opta config path')" = "$HOME/.config/opta/config.json" ] || fail "$(from_cron 'opta config path')"

from_cron 'opta do echo good night' >mail.txt 2>&1
[ "$(cat mail.txt)" = "good night" ] || fail "the mail says: $(cat mail.txt)"

# The daemon outlives the job that has started it, and is found by the next one.
from_cron 'opta do --quiet echo again; opta sessions list --json --since 1d | jq length' >mail.txt 2>&1
[ "$(cat mail.txt)" = $'again\n2' ] || fail "the mail says: $(cat mail.txt)"
[ -f "$HOME/.config/opta/daemon/state.json" ] || fail "no state file in the home folder"
