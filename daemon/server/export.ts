/** A session as a file: for people (Markdown), for programs (the folded state), or its log as it is stored. */
import type { SessionState } from "@opta/protocol";
import { REPLAY_PAGE } from "../session/limits.ts";
import type { Store } from "../store/store.ts";
import { toMarkdown } from "./to_markdown.ts";

export function exportResponse(state: SessionState, format: "md" | "json" | "jsonl", store: Store): Response {
  switch (format) {
    case "md":
      return new Response(toMarkdown(state), { headers: { "content-type": "text/markdown; charset=utf-8" } });
    case "json":
      return Response.json(state);
    case "jsonl":
      return new Response(logStream(state, store), { headers: { "content-type": "application/jsonl; charset=utf-8" } });
    default:
      return format satisfies never;
  }
}

/** The lines of the log up to where the state stands, to the byte [E6], read a page at a time as the client takes them. */
function logStream({ sessionId, seq: end }: SessionState, store: Store): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let seq = 0;
  return new ReadableStream({
    async pull(controller) {
      const maxEvents = Math.min(REPLAY_PAGE.maxEvents, end - seq);
      const page = seq < end ? await store.read(sessionId, seq, { ...REPLAY_PAGE, maxEvents }) : [];
      const last = page.at(-1);
      if (!last) return controller.close();
      seq = last.seq;
      controller.enqueue(encoder.encode(page.map(({ line }) => line + "\n").join("")));
    },
  }, { highWaterMark: 0 });
}
