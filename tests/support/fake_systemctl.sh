#!/bin/sh
# The part of `systemctl --user` that Opta uses, for one unit. It runs what the unit says, and notes how it was called.
# Around it: $FAKE_SYSTEMD, a folder of its own; with a file "no-bus" in there it fails as without a session.
printf '%s\n' "$*" >> "$FAKE_SYSTEMD/calls"
if [ -e "$FAKE_SYSTEMD/no-bus" ]; then
  echo "Failed to connect to bus: No medium found" >&2
  exit 1
fi
unit="$XDG_CONFIG_HOME/systemd/user/opta.service"
pid=$(cat "$FAKE_SYSTEMD/pid" 2>/dev/null)

is_active() { [ -n "$pid" ] && [ -d "/proc/$pid" ] && ! grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null; }

stop() {
  is_active || return 0
  kill -TERM "$pid" 2>/dev/null
  while is_active; do sleep 0.02; done
}

start() {
  # Of the user's systemd only; what the unit does not name is not there.
  command=$(sed -n 's/^ExecStart=//p' "$unit")
  variables=$(sed -n 's/^Environment=//p' "$unit" | tr '\n' ' ')
  eval "exec setsid env -i HOME=\"\$HOME\" $variables $command" < /dev/null > /dev/null 2>> "$FAKE_SYSTEMD/journal" &
  echo "$!" > "$FAKE_SYSTEMD/pid"
}

case "$2" in
  is-active) if is_active; then echo active; else echo inactive; exit 3; fi ;;
  daemon-reload | reset-failed) ;;
  enable) touch "$FAKE_SYSTEMD/enabled" ;;
  restart) stop; start ;;
  stop) stop ;;
  disable) stop; rm -f "$FAKE_SYSTEMD/enabled" ;;
  *) echo "Unknown command verb $2." >&2; exit 1 ;;
esac
