/**
 * The event stream: the same `follow()` as over a WebSocket, in the frames of server-sent events [R7]. It is read by
 * pulling, so a slow reader pauses it by itself, and one that asks for nothing for a while is let go [R5]. The line goes
 * out as it is stored [E6]; its event name is cut out of it, not parsed.
 */
import { formatCursor, type SubscriptionFrame } from "@opta/protocol";
import type { FollowItem } from "../session/follow.ts";
import type { LogLine } from "../store/store.ts";
import type { Connection, Connections } from "./connections.ts";
import { SSE_CHUNK_LENGTH } from "./limits.ts";
import { StallWatch } from "./stall_watch.ts";

export interface EventStreamOptions {
  /** Begins to follow; ends when the signal aborts. */
  follow(signal: AbortSignal): AsyncGenerator<FollowItem>;
  connections: Connections;
  /** Settles when the client has left. */
  completed: Promise<void>;
  stallLimitMs: number;
  /** The reader is given up. */
  onSlow(): void;
}

export function eventStream(
  { follow, connections, completed, stallLimitMs, onSlow }: EventStreamOptions,
): Response {
  const stop = new AbortController();
  const subscription = connections.subscribe();
  const connection: Connection = { door: "sse", close: () => stop.abort() };
  connections.add(connection);
  const chunks = chunksOf(follow(stop.signal));
  const encoder = new TextEncoder();

  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    stop.abort();
    stall[Symbol.dispose]();
    chunks.return().catch(() => {}); // the abort ends what it waits for; nobody asks any more how that ended
    subscription[Symbol.dispose]();
  };
  const gone = () => {
    end();
    connections.remove(connection); // not before: what was not read is held until then
  };
  completed.then(gone, gone);

  let body: ReadableStreamDefaultController<Uint8Array>;
  const stall = new StallWatch(stallLimitMs, () => {
    onSlow();
    end();
    body.close(); // once it reads on, it comes to the end, and resumes from its cursor
  });
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => void (body = controller),
    async pull(controller) {
      stall.taken();
      try {
        const { done, value } = await chunks.next();
        if (ended) return; // the client has left meanwhile
        if (!done) {
          stall.offered();
          return controller.enqueue(encoder.encode(value));
        }
        end();
        controller.close();
      } catch (error) {
        end();
        controller.error(error);
      }
    },
    cancel: end,
  }, { highWaterMark: 0 });
  return new Response(stream, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
}

/** What is sent at a time: frames together up to a bound, and a long line in pieces, so that none is copied whole. */
async function* chunksOf(items: AsyncGenerator<FollowItem>): AsyncGenerator<string, void> {
  for await (const item of items) {
    if (item.kind === "frame") {
      yield controlFrame(item.frame);
      continue;
    }
    let chunk = "";
    for (const logLine of item.lines) {
      if (logLine.line.length <= SSE_CHUNK_LENGTH) {
        chunk += eventFrame(item.epoch, logLine);
        if (chunk.length < SSE_CHUNK_LENGTH) continue;
        yield chunk;
      } else {
        yield chunk + frameHead(item.epoch, logLine);
        yield* pieces(logLine.line);
        yield FRAME_END;
      }
      chunk = "";
    }
    if (chunk !== "") yield chunk;
  }
}

/** A pair of surrogates stays together: each piece is encoded by itself. */
function* pieces(text: string): Generator<string, void> {
  for (let start = 0; start < text.length;) {
    let end = start + SSE_CHUNK_LENGTH;
    const last = text.charCodeAt(end - 1);
    if (last >= 0xd800 && last <= 0xdbff) end--;
    yield text.slice(start, end);
    start = end;
  }
}

const FRAME_END = "\n\n";

function eventFrame(epoch: string, logLine: LogLine): string {
  return frameHead(epoch, logLine) + logLine.line + FRAME_END;
}

function frameHead(epoch: string, { seq, line }: LogLine): string {
  return `id: ${formatCursor({ epoch, seq })}\nevent: ${eventNameOf(line)}\ndata: `;
}

function controlFrame(frame: SubscriptionFrame): string {
  return `event: opta.control\ndata: ${JSON.stringify(frame)}${FRAME_END}`;
}

const BEFORE_NAME = '{"v":"3","event":"';

/** Every line begins with its version and its name, in this order. */
function eventNameOf(line: string): string {
  return line.slice(BEFORE_NAME.length, line.indexOf('"', BEFORE_NAME.length));
}
