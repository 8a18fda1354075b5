/**
 * The event stream: the same `follow()` as over a WebSocket, in the frames of server-sent events [R7]. It is read by
 * pulling, so a slow reader pauses it by itself [R5]. The line goes out as it is stored [E6]; its event name is cut out
 * of it, not parsed.
 */
import { formatCursor, type SubscriptionFrame } from "@opta/protocol";
import type { FollowItem } from "../session/follow.ts";
import type { LogLine } from "../store/store.ts";
import type { Connection, Connections } from "./connections.ts";

export interface EventStreamOptions {
  /** Begins to follow; ends when the signal aborts. */
  follow(signal: AbortSignal): AsyncGenerator<FollowItem>;
  connections: Connections;
  /** Settles when the client has left. */
  completed: Promise<void>;
}

export function eventStream({ follow, connections, completed }: EventStreamOptions): Response {
  const stop = new AbortController();
  const subscription = connections.subscribe();
  const connection: Connection = { close: () => stop.abort() };
  connections.add(connection);
  const items = follow(stop.signal);
  const encoder = new TextEncoder();

  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    stop.abort();
    subscription[Symbol.dispose]();
    connections.remove(connection);
  };
  completed.then(end, end);

  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await items.next();
        if (!done) return controller.enqueue(encoder.encode(frameOf(value)));
        end();
        controller.close();
      } catch (error) {
        end();
        controller.error(error);
      }
    },
    cancel: end,
  }, { highWaterMark: 0 });
  return new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
}

function frameOf(item: FollowItem): string {
  if (item.kind === "frame") return controlFrame(item.frame);
  return item.lines.map((line) => eventFrame(item.epoch, line)).join("");
}

function eventFrame(epoch: string, { seq, line }: LogLine): string {
  return `id: ${formatCursor({ epoch, seq })}\nevent: ${eventNameOf(line)}\ndata: ${line}\n\n`;
}

function controlFrame(frame: SubscriptionFrame): string {
  return `event: opta.control\ndata: ${JSON.stringify(frame)}\n\n`;
}

const BEFORE_NAME = '{"v":"3","event":"';

/** Every line begins with its version and its name, in this order. */
export function eventNameOf(line: string): string {
  return line.slice(BEFORE_NAME.length, line.indexOf('"', BEFORE_NAME.length));
}
