/** The steps that a token takes in the daemon and at the client, each alone: the same code, in this process, warm. */
import { type EventDraft, initialState, stateFiles } from "@opta/protocol";
import { parseFrame } from "../protocol/client/stream.ts";
import { advance, emptyView } from "../protocol/client/view.ts";
import { parseCompletionStream } from "../daemon/model/completion_stream.ts";
import { SessionLog } from "../daemon/session/session_log.ts";
import { SqliteStore } from "../daemon/store/sqlite_store.ts";
import { median } from "./statistics.ts";

/** Tokens of one round. */
const TOKENS = 2_000;
const ROUNDS = 5;

export interface Step {
  label: string;
  /** Of one token. */
  microseconds: number;
}

export async function measureSteps(stateDir: string): Promise<Step[]> {
  await using store = await SqliteStore.open({ path: `${stateDir}/${stateFiles.database}`, bootId: "" });
  const reading: number[] = [];
  const keeping: number[] = [];
  const parsing: number[] = [];
  const folding: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const sessionId = `steps-${round}`;
    reading.push(await timed(readChunks));
    const log = await openTurn(store, sessionId);
    keeping.push(await timed(() => keepDeltas(log)));
    const page = await store.read(sessionId, 0, { maxEvents: TOKENS * 2, maxBytes: 2 ** 30 });
    const lines = page.map(({ line }) => line);
    parsing.push(await timed(() => lines.forEach((line) => JSON.parse(line))));
    folding.push(await timed(() => foldLines(sessionId, lines)));
  }
  return [
    { label: "daemon: read a chunk of the model server (bytes to text)", microseconds: median(reading) },
    { label: "daemon: number, write as a line, fold, commit (a transaction each)", microseconds: median(keeping) },
    { label: "client: parse the line's JSON", microseconds: median(parsing) },
    { label: "client library: parse, validate and fold the line", microseconds: median(folding) },
  ];
}

/** Microseconds of one token. */
async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) * 1_000 / TOKENS;
}

async function readChunks(): Promise<void> {
  for await (
    const _ of parseCompletionStream(chunks(), { server: "bench", model: "bench" })
  ) { /* only how long it takes */ }
}

/** Stands for the body of a response. */
async function* chunks(): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const choice = (delta: string, reason: string) => `{"index":0,"delta":${delta},"finish_reason":${reason}}`;
  const event = (choice: string) =>
    encoder.encode(
      `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[${choice}]}\n\n`,
    );
  const token = event(choice(`{"content":"word "}`, "null"));
  for (let i = 0; i < TOKENS; i++) yield token;
  yield event(choice("{}", `"stop"`));
}

async function openTurn(store: SqliteStore, sessionId: string): Promise<SessionLog> {
  const log = new SessionLog({
    store,
    daemonId: "daemon_bench",
    now: Date.now,
    state: initialState(sessionId, "epoch"),
    onFailure: () => {}, // each append is awaited
  });
  await log.append([{ event: "session.updated", payload: { createdAt: "" } }], "synced", { create: true });
  const turn = { turnId: "turn", writerId: "bench" };
  await log.append([
    { event: "turn.queued", payload: { ...turn, position: 0, clientId: "bench", content: "go", mode: "chat" } },
    { event: "turn.start", payload: { ...turn, model: "fake", provider: "openai", transport: "sse" } },
  ], "synced");
  return log;
}

async function keepDeltas(log: SessionLog): Promise<void> {
  const text = "word ";
  for (let i = 0; i < TOKENS; i++) {
    const payload = { text, turnId: "turn", partId: "p1", offset: i * text.length };
    const draft: EventDraft = { event: "turn.token", payload };
    await log.append([draft], "written");
  }
}

function foldLines(sessionId: string, lines: string[]): void {
  let view = emptyView(sessionId);
  for (const line of lines) {
    const frame = parseFrame(line);
    if (frame?.kind !== "event") throw new Error("A line of the log is an event");
    const result = advance(view, frame.event);
    if (result.kind !== "event") throw new Error(`Folding a line gave ${result.kind}`);
    view = result.view;
  }
}
