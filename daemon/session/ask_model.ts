/**
 * One request to the model of a turn, until it is answered: a refused one is sent again after a while, and when the model
 * server cannot be had at all, the turn goes over to the fallback that the user allows. Nothing is repeated once a piece
 * of the answer has come.
 *
 *     choose ──► send ──┬─ answered ─────────────────────────────► step
 *       ▲         ▲     ├─ failed in the middle ─────────────────► step
 *       │         │     └─ refused, nothing said ─┬─ tries left ─┐
 *       │         │                               ├─ too long ───┤
 *       │         │                               ├─ fallback ───┤
 *       └─────────┴──────── turn.progress, wait ◄─┴──────────────┘ else ► step
 */
import { prepareMessages } from "../context/prepare_messages.ts";
import type { Model, ModelChoice, ModelFailure, ModelPart, ModelRequest } from "../model/model.ts";
import { MAX_RETRIES, PREFILL_INTERVAL_MS, PREFILL_NOTICE_MS } from "./limits.ts";
import { recordParts } from "./record_parts.ts";
import { retryDelayMs } from "./retry.ts";
import { emitProgress, pause, type Step, type TurnRun } from "./turn_run.ts";

/** @throws {StorageError | HeadMismatchError} when `turn.start` cannot be stored */
export async function askModel(run: TurnRun): Promise<Step> {
  let told = "";
  for (let retries = 0;; retries++) {
    const step = await askOnce(run);
    if (step.kind !== "failed" || !step.saidNothing || run.signal.aborted) return step;
    if (step.failure.code === "context-overflow" && run.room.overflowed(step.failure)) {
      emitProgress(run, "compact", "The model server found the request too long. Trying again with less.");
      retries = -1;
      continue;
    }
    const delayMs = retryDelayMs(step.failure, retries, run.random());
    if (delayMs !== null) {
      const { code, message } = step.failure;
      run.traffic.retry(code);
      const next = `Trying again in ${(delayMs / 1_000).toFixed(1)} s (${retries + 1} of ${MAX_RETRIES})`;
      emitProgress(run, "retry", message === told ? `${next}.` : `${next}: ${message}`);
      told = message;
      await pause(run, delayMs);
    } else if (fallBack(run, step.failure)) {
      retries = -1;
    } else return step;
    if (run.signal.aborted) return { kind: "stopped" };
  }
}

/** Goes over to the other model, if there is one for this failure. */
function fallBack(run: TurnRun, { message, retryable }: ModelFailure): boolean {
  const choice = run.isFallback || !retryable ? null : run.models.fallback?.(wishOf(run)) ?? null;
  if (!choice) return false;
  run.traffic.fallback("cloud");
  run.isFallback = true;
  run.choice = choice;
  const { name, model: { provider, transport } } = choice;
  const way = { model: name, provider, transport };
  emitProgress(run, "fallback", `${message} ${provider} answers instead, with ${name}.`, way);
  return true;
}

function wishOf({ turn: { overrides }, log }: TurnRun): { model: string | null; provider: string | null } {
  return { model: overrides.model ?? log.state.model, provider: overrides.provider ?? null };
}

async function askOnce(run: TurnRun): Promise<Step> {
  const { meter, signal } = run;
  const choice = run.choice ?? await run.models.choose(wishOf(run), signal);
  if (signal.aborted) return { kind: "stopped" };
  if ("code" in choice) return { kind: "failed", failure: choice, saidNothing: true };
  run.choice = choice;

  const prepared = await prepareMessages(run, choice, () => start(run, choice));
  if (signal.aborted || prepared.kind === "stopped") return { kind: "stopped" };
  if (prepared.kind === "failed") {
    if (!run.isFallback) run.choice = null;
    return { ...prepared, saidNothing: true };
  }
  const { messages, tokens, window } = prepared;
  const request: ModelRequest = {
    model: choice.name,
    messages,
    ...(run.specs.length > 0 && { tools: run.specs }),
  };
  run.room.sends(tokens);
  meter.begin(request, { tokens, window: window.tokens });
  const ended = new AbortController();
  const parts = requestAtOnce(choice.model, request, AbortSignal.any([signal, ended.signal]));
  try {
    await start(run, choice);
    using notices = new PrefillNotices(run, choice);
    const step = await recordParts(parts, run, () => notices.stop());
    if (step.kind === "failed" && step.saidNothing) {
      if (!run.isFallback) run.choice = null; // a server may be another one by now: who chooses, knows
      if (step.failure.again) meter.discard();
    }
    return step;
  } finally {
    meter.end();
    ended.abort(); // however we leave, nothing is generated for nobody
  }
}

/** Says who answers: in `turn.start`, once; when another try goes elsewhere, in `turn.progress`. */
async function start(run: TurnRun, { name, model: { provider, transport } }: ModelChoice): Promise<void> {
  const { turn: { turnId, writerId }, log } = run;
  const way = { model: name, provider, transport };
  const before = log.state.active?.turnId === turnId ? log.state.active.start : undefined;
  if (!before) {
    await log.append([{ event: "turn.start", payload: { turnId, writerId, ...way } }], "synced");
  } else if (before.model !== name || before.provider !== provider || before.transport !== transport) {
    emitProgress(run, "fallback", `${provider} answers, with ${name} over ${transport}.`, way);
  }
}

/** Sends the request now, while `turn.start` is on its way to the disk, rather than when the first part is asked for. */
function requestAtOnce(model: Model, request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart> {
  const parts = model.stream(request, signal)[Symbol.asyncIterator]();
  const first = parts.next();
  first.catch(() => {}); // looked at by the loop, if it gets there
  return (async function* () {
    for (let result = await first; !result.done; result = await parts.next()) yield result.value;
  })();
}

/** Tells now and then that the model is still reading, until it is stopped. */
class PrefillNotices implements Disposable {
  readonly #run: TurnRun;
  readonly #choice: ModelChoice;
  readonly #sentAt: number;
  #callOff: () => void;

  constructor(run: TurnRun, choice: ModelChoice) {
    this.#run = run;
    this.#choice = choice;
    this.#sentAt = run.clock.now();
    this.#callOff = run.clock.after(PREFILL_NOTICE_MS, () => this.#tell());
  }

  stop(): void {
    this.#callOff();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  #tell(): void {
    const seconds = Math.round((this.#run.clock.now() - this.#sentAt) / 1_000);
    emitProgress(this.#run, "prefill", `Waiting for the first word of ${this.#choice.name} (${seconds} s).`);
    this.#callOff = this.#run.clock.after(PREFILL_INTERVAL_MS, () => this.#tell());
  }
}
