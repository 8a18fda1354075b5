/**
 * Ends all processes of one command, also those that left its process group, ignore SIGTERM, or were orphaned on purpose;
 * and ends them as well when the runner itself is killed. The warden is a shell of its own that waits for two lines, or for
 * the end of its input:
 *
 *     runner ── pid of the command's first process ──►  warden
 *            ── TERM, INT or KILL, or nothing more ──►  signal, a grace, then SIGKILL until none is left
 *            ── done ────────────────────────────────►  nothing to do
 *
 * It is a shell because Deno lets nobody without all permissions look into /proc.
 */
import { MARK } from "./command_env.ts";

/** What a command's processes are told first; SIGKILL follows. */
export type EndSignal = "TERM" | "INT" | "KILL";

/** How long processes have between the first signal and SIGKILL [C2]: in ticks of 50 ms and of a look around each. */
const GRACE_TICKS = 5;
/** How often SIGKILL is sent again to what is still there. */
const KILL_TICKS = 40;
/** How long the runner waits for the warden before it goes on without it. */
const PATIENCE_MS = 10_000;

/**
 * A process belongs to the command when it has the command's mark in its environment, is in the session of its first
 * process, or has a parent that belongs to it. Without /proc (macOS) the process group is all there is.
 */
const SCRIPT = `
mark=$1
read -r leader fence || leader=
read -r order || order=KILL
[ "$order" = done ] && exit 0
exec 2>/dev/null

marked() {
  grep -lsF -- "${MARK}=$mark" /proc/[0-9]*/environ | tr -cd '0-9\\n' | tr '\\n' ' '
}

family() {
  if [ ! -d /proc/self ]; then
    found=" "
    [ -n "$leader" ] && kill -0 -- "-$leader" && found=" -$leader "
    return
  fi
  found=" $(marked)"
  table=$(sed -n 's/^\\([0-9]*\\) (.*) \\([^Z]\\) \\([0-9]*\\) [0-9]* \\([0-9]*\\) .*/\\1:\\3:\\4/p' /proc/[0-9]*/stat)
  grown=1
  while [ "$grown" = 1 ]; do
    grown=0
    for entry in $table; do
      pid=\${entry%%:*}
      rest=\${entry#*:}
      case "$found" in *" $pid "*) continue ;; esac
      case "$found $leader:" in
        *" \${rest%%:*} "* | *" \${rest##*:}:") found="$found$pid "; grown=1 ;;
      esac
    done
  done
}

signal() {
  for pid in $found; do
    [ "$pid" = "$leader" ] && [ "$1" != KILL ] && [ -n "$fence" ] && continue
    kill -s "$1" -- "$pid"
  done
}

tick() {
  sleep 0.05 || sleep 1
}

if [ "$order" != KILL ]; then
  family
  [ "$found" = " " ] && exit 0
  signal "$order"
  ticks=0
  while [ "$ticks" -lt ${GRACE_TICKS} ]; do
    family
    [ "$found" = " " ] && break
    tick
    ticks=$((ticks + 1))
  done
fi
ticks=0
while [ "$ticks" -lt ${KILL_TICKS} ]; do
  [ -n "$leader" ] && kill -s KILL -- "-$leader"
  family
  [ "$found" = " " ] && exit 0
  signal KILL
  tick
  ticks=$((ticks + 1))
done
exit 1
`;

export interface Warden {
  /**
   * Names the command's first process, which leads a session of its own. When it is the fence around the command and not
   * the command, it is spared the first signal, since the command would have no grace without it.
   */
  watch(leader: number, isFence: boolean): void;
  /** There is nothing left to end. */
  release(): Promise<void>;
  /** Resolves when no process of the command is left, or none that could be ended. The first call decides how. */
  end(signal: EndSignal): Promise<void>;
}

/** Starts one: before the command, so that no moment is unguarded. */
export function startWarden(mark: string): Warden {
  return Deno.build.os === "windows" ? new TaskkillWarden() : new ShellWarden(mark);
}

class ShellWarden implements Warden {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #wasTold = false;

  constructor(mark: string) {
    this.#child = new Deno.Command("sh", {
      args: ["-c", SCRIPT, "sh", mark],
      detached: true, // what ends the runner's group must not end it
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#input.closed.catch(() => {}); // it has ended: see `#tell`
  }

  watch(leader: number, isFence: boolean): void {
    this.#write(`${leader}${isFence ? " fence" : ""}\n`);
  }

  release(): Promise<void> {
    return this.#tell("done");
  }

  end(signal: EndSignal): Promise<void> {
    return this.#tell(signal);
  }

  async #tell(order: EndSignal | "done"): Promise<void> {
    if (!this.#wasTold) {
      this.#wasTold = true;
      this.#write(`${order}\n`);
      this.#input.close().catch(() => {});
    }
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), PATIENCE_MS);
    await this.#child.status;
    clearTimeout(timer);
  }

  #write(line: string): void {
    this.#input.write(new TextEncoder().encode(line)).catch(() => {});
  }
}

/** Windows ends a process with its children in one go, without a grace. Not tried on a machine so far. */
class TaskkillWarden implements Warden {
  #leader = 0;

  watch(leader: number): void {
    this.#leader = leader;
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  async end(): Promise<void> {
    const args = ["/T", "/F", "/PID", `${this.#leader}`];
    await new Deno.Command("taskkill", { args, stdin: "null", stdout: "null", stderr: "null" }).output();
  }
}
