/**
 * Ctrl-C for a turn that runs elsewhere: the first asks for its end, the second does not wait for it any more. So does
 * SIGTERM, by which `timeout` and supervisors of jobs end a script: they mean the work, not only whoever waits for it. For
 * a turn that runs in this process, whatever else asks the process to end is the same.
 */
import { CliError, ExitCode } from "../exit.ts";
import { usualEchoMs, withoutEchoes } from "../without_echoes.ts";

const cancelSignals: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];

export class Interrupts implements Disposable {
  readonly #cancel = new AbortController();
  readonly #leave = new AbortController();
  readonly #patienceMs: number;
  readonly #signals: readonly Deno.Signal[];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param patienceMs after which the first Ctrl-C leads to the second by itself
   * @param isInProcess whether the turn runs in this process
   */
  constructor(patienceMs: number, isInProcess = false) {
    this.#patienceMs = patienceMs;
    this.#signals = isInProcess ? [...cancelSignals, ...goneSignals()] : cancelSignals;
    for (const signal of this.#signals) Deno.addSignalListener(signal, this.#interrupt);
  }

  /** Aborted by the first Ctrl-C. */
  get cancel(): AbortSignal {
    return this.#cancel.signal;
  }

  /** Aborted by the second Ctrl-C, when nothing has come of the first in time, or by `giveUp`. */
  get leave(): AbortSignal {
    return this.#leave.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const signal of this.#signals) Deno.removeSignalListener(signal, this.#interrupt);
  }

  /** Ctrl-C where it comes as a key, not as a signal. */
  press(): void {
    this.#act();
  }

  /** Leaves for another reason: there is nothing left to wait for. */
  giveUp(reason: CliError): void {
    this.#leave.abort(reason);
  }

  readonly #act = () => {
    const reason = new CliError("cancelled", ExitCode.cancelled);
    if (this.#cancel.signal.aborted) return this.#leave.abort(reason);
    this.#cancel.abort(reason);
    this.#timer = setTimeout(() => this.#leave.abort(reason), this.#patienceMs);
  };
  readonly #interrupt = withoutEchoes(this.#act, { echoMs: usualEchoMs() });
}

/** The terminal has gone. Who listens for SIGHUP undoes `nohup`, under which nothing is a terminal. */
function goneSignals(): Deno.Signal[] {
  if (Deno.build.os === "windows") return ["SIGBREAK"];
  return [Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal()) ? ["SIGHUP"] : [];
}
