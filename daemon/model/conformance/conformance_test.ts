/**
 * Plays the cases on each transport. What is only a matter of bytes is cut at every boundary on its way through the parser,
 * and in a number of ways on its way through a connection; what is a matter of behaviour is played once, over a connection.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Model, ModelPart } from "../model.ts";
import { ask, collect } from "../testing/collect.ts";
import { DEFAULT_TIMEOUTS } from "../timeouts.ts";
import { type Expected, type Step, type Transport, TRANSPORTS, type Trial } from "./case.ts";
import { cases } from "./cases.ts";
import { apiece, byteByByte, type Delivery, inTwo, seeded, whole } from "./deliveries.ts";
import { ScriptedServer } from "./scripted_server.ts";
import { type Subject, subjects } from "./subjects.ts";

/** Enough of them to meet each kind of boundary in a body of a kilobyte. */
const PARSER_SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const CONNECTION_SEEDS = [1, 2, 3];

/** An answer that takes longer than this would go on for ever. */
const ANSWER_LIMIT_MS = 60_000;

for (const { number, name, on } of cases) {
  for (const transport of TRANSPORTS) {
    const trials = on[transport];
    if (typeof trials === "string") continue;
    Deno.test(`[lmx ${number}] ${name.replaceAll("`", "")} — ${transport}`, async () => {
      assert(trials.length > 0, "something is tried");
      for (const trial of trials) await tryOut(trial, transport);
    });
  }
}

Deno.test("the cases are the thirty of LMX's notes, each tried or explained on each transport", () => {
  assertEquals(cases.map(({ number }) => number), Array.from({ length: 30 }, (_, i) => i + 1));
  for (const { number, on } of cases) {
    for (const transport of TRANSPORTS) assert(on[transport].length > 0, `${number} on ${transport}`);
    assert(TRANSPORTS.some((transport) => typeof on[transport] !== "string"), `${number} is tried somewhere`);
  }
});

async function tryOut(trial: Trial, transport: Transport): Promise<void> {
  const subject = subjects[transport];
  const label = trial.form ?? "the one form";
  if (subject.parse) await readInPieces(trial, subject.parse, label);
  for (const delivery of deliveriesOf(trial)) {
    await playOverConnection(trial, subject, delivery, `${label}, ${delivery.name}`);
  }
}

/** A body alone is read without a connection, wherever it is cut. */
async function readInPieces(trial: Trial, parse: NonNullable<Subject["parse"]>, label: string): Promise<void> {
  const body = trial.answers.length === 1 ? bodyOf(trial.answers[0]!) : null;
  if (body === null) return;
  for (const delivery of [whole, byteByByte, ...inTwo(body.length), ...PARSER_SEEDS.map(seeded)]) {
    const batches = await Array.fromAsync(parse(ReadableStream.from(delivery.cut(body))));
    assertOutcome(await collect(iterate(batches.flat())), trial.expected[0]!, `${label}, read ${delivery.name}`);
  }
}

/** The bytes of an answer that consists of a body; `null` for any other. */
function bodyOf([head, send, end, ...rest]: Step[]): Uint8Array | null {
  const isBody = head?.kind === "head" && head.status === 200 && send?.kind === "send" && end?.kind === "end";
  return isBody && rest.length === 0 ? new TextEncoder().encode(send.texts.join("")) : null;
}

function deliveriesOf({ answers }: Trial): Delivery[] {
  const waits = answers.flat().some(({ kind }) => kind === "wait" || kind === "keep-warm" || kind.startsWith("hold"));
  return waits ? [whole] : [whole, apiece, byteByByte, ...CONNECTION_SEEDS.map(seeded)];
}

async function playOverConnection(trial: Trial, subject: Subject, delivery: Delivery, label: string): Promise<void> {
  await using server = new ScriptedServer(trial.answers, delivery);
  const model = subject.connect(server.port, { ...DEFAULT_TIMEOUTS, ...trial.timeouts });
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ANSWER_LIMIT_MS);
  try {
    for (const expected of trial.expected) {
      const parts = trial.cancel
        ? await cancelled(model, server, trial.cancel.when)
        : model.stream(ask("m"), late.signal);
      assertOutcome(await collect(parts), expected, label);
    }
    await server.waitUntil(() => server.ends.every((end) => end !== null));
    assertEquals(server.connectionCount, trial.connections ?? server.connectionCount, `${label}: connections`);
    if (trial.cancel) assertEquals(server.ends, [trial.cancel.seenAs], label);
    // A time limit may pass before the server has even seen the request.
    else if (!trial.timeouts) assertEquals(server.ends.length, trial.answers.length, `${label}: requests`);
  } finally {
    clearTimeout(timer);
    await model[Symbol.asyncDispose]?.();
  }
}

/** An answer that is cancelled once the server has the request, or once its first part is there. */
async function cancelled(
  model: Model,
  server: ScriptedServer,
  when: NonNullable<Trial["cancel"]>["when"],
): Promise<AsyncIterable<ModelPart>> {
  const cancel = new AbortController();
  const parts = model.stream(ask("m"), cancel.signal)[Symbol.asyncIterator]();
  const first = parts.next();
  if (when === "asked") await server.waitUntil(() => server.ends.length === 1);
  else await first;
  cancel.abort();
  return (async function* () {
    for (let result = await first; !result.done; result = await parts.next()) yield result.value;
  })();
}

async function* iterate(parts: ModelPart[]): AsyncGenerator<ModelPart> {
  yield* parts;
}

function assertOutcome(collected: ModelPart[], { parts, failure }: Expected, label: string): void {
  if (!failure) return assertEquals(collected, parts, label);
  const last = collected.at(-1);
  assert(last?.type === "error", `${label}: a failure at the end`);
  assertEquals(collected.slice(0, -1), parts, label);
  const { message, ...kind } = last.failure;
  const { says, ...expectedKind } = failure;
  assertEquals(kind, expectedKind, label);
  for (const piece of says) assertStringIncludes(message, piece, label);
}
