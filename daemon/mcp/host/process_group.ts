/**
 * A program in a process group of its own, which ends as a whole: when it is told to, and also when this host is killed.
 * For that a small shell waits for a line, or for the end of its input, and then signals the group; Deno does not let a
 * process that may run two programs by name signal a group.
 */
import { END_GRACE_MS } from "../limits.ts";

export interface ProgramOptions {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** SIGTERM, a grace, SIGKILL. A group that has gone is nobody's: its number is not given away while one of it lives. */
const GUARD = `
read -r group || exit 0
read -r order
exec 2>/dev/null
kill -s TERM -- "-$group" || exit 0
for tick in 1 2 3 4; do
  sleep ${END_GRACE_MS / 4_000} || sleep 1
  kill -s 0 -- "-$group" || exit 0
done
kill -s KILL -- "-$group"
`;

export class ProcessGroup implements AsyncDisposable {
  readonly child: Deno.ChildProcess;
  readonly #guard: { child: Deno.ChildProcess; input: WritableStreamDefaultWriter<Uint8Array> } | null;

  /** @throws {Error} when it cannot be started */
  constructor({ command, args, env }: ProgramOptions) {
    this.#guard = Deno.build.os === "windows" ? null : startGuard();
    try {
      this.child = new Deno.Command(command, {
        args: [...args],
        env: { ...env },
        clearEnv: true,
        detached: this.#guard !== null,
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
    } catch (error) {
      this.#guard?.input.close().catch(() => {}); // it has ended: that was all it was to do
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Error(`There is no program ${JSON.stringify(command)}. Install it, or give its path`, { cause: error });
    }
    this.#write(`${this.child.pid}\n`);
  }

  /** Resolves when its first process has ended, and the others were told to. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#guard) {
      kill(this.child);
    } else {
      this.#write("end\n");
      this.#guard.input.close().catch(() => {}); // it has ended, and the group with it
      await this.#guard.child.status;
    }
    await this.child.status;
  }

  #write(line: string): void {
    this.#guard?.input.write(new TextEncoder().encode(line)).catch(() => {}); // likewise
  }
}

function startGuard() {
  const child = new Deno.Command("sh", {
    args: ["-c", GUARD],
    detached: true, // what ends this host's group must not end it
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const input = child.stdin.getWriter();
  input.closed.catch(() => {}); // see the writes
  return { child, input };
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // it has ended
  }
}
