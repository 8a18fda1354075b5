/** The kinds of client whose relay latency is measured. Each attaches to a session and hands on the text of its tokens. */
import type { OptaEvent } from "@opta/protocol";
import { credentialsFor, Session } from "@opta/protocol/client";
import type { TestDaemon } from "../tests/support/start_daemon.ts";
import { OptaSocket } from "./opta_socket.ts";

export interface Watcher {
  onText(text: string): void;
  onDone(): void;
  onError(error: Error): void;
}

/** Resolves when the client follows the session, so that what is submitted from now on is seen live. */
export type Attach = (daemon: TestDaemon, sessionId: string, watcher: Watcher) => Promise<AsyncDisposable>;

/** A WebSocket that parses the JSON of each line. */
export const attachSocket: Attach = async (daemon, sessionId, watcher) => {
  const socket = await OptaSocket.open(daemon);
  socket.onEvent = (event) => dispatch(event, watcher);
  await socket.follow(sessionId);
  return socket;
};

/** Server-sent events whose data is parsed likewise. */
export const attachEvents: Attach = async (daemon, sessionId, watcher) => {
  const stop = new AbortController();
  const { signal } = stop;
  const url = `${daemon.baseUrl}/v3/sse/events?sessionId=${sessionId}&clientId=bench`;
  const response = await fetch(url, { ...credentialsFor(daemon), signal });
  const read = readEvents(response, watcher).catch((error) => {
    if (!signal.aborted) throw error;
  });
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await read;
    },
  };
};

async function readEvents(response: Response, watcher: Watcher): Promise<void> {
  const decoder = new TextDecoder();
  let held = "";
  for await (const bytes of response.body ?? []) {
    const frames = (held + decoder.decode(bytes, { stream: true })).split("\n\n");
    held = frames.pop() ?? "";
    for (const frame of frames) {
      if (frame.startsWith("id: ")) dispatch(JSON.parse(frame.slice(frame.indexOf("\ndata: ") + 7)), watcher);
    }
  }
}

/** The client library: it validates each event and folds it. */
export const attachSession: Attach = async (daemon, sessionId, watcher) => {
  const who = { clientId: "bench", writerId: "bench" };
  const session = Session.attach({ endpoint: daemon.endpoint, sessionId, ...who });
  session.subscribe((change) => {
    if (change.kind === "event" && change.event.event !== "unknown") dispatch(change.event, watcher);
  });
  await session.caughtUp();
  return session;
};

function dispatch(event: OptaEvent, watcher: Watcher): void {
  if (event.event === "turn.token") watcher.onText(event.payload.text);
  else if (event.event === "turn.done") watcher.onDone();
  else if (event.event === "turn.error") watcher.onError(new Error(`The turn failed: ${event.payload.message}`));
}
