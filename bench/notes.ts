/** Why a target is missed, by the key of the row: written by hand, printed where it is missed. */

const COLD_HOP =
  "most of it is the second process on the way: one that only relays, and keeps nothing, stands below. The steps of the " +
  "daemon take some 20 µs warm, but between two tokens its code leaves the processor's caches, and then they take about " +
  "ten times that. Fewer and plainer steps are what helps";

export const NOTES: Readonly<Record<string, string>> = {
  "relay-50.p50": COLD_HOP,
  "relay-50.p95": COLD_HOP,
  "relay-200.p95": COLD_HOP,
  "relay-200-lmx.p95": COLD_HOP,
  "relay-200-events.p95": COLD_HOP,
  "relay-200-library.p95": COLD_HOP,
  "relay-1000.p95": COLD_HOP,
  "fan-out.p95":
    "one thread sends to the twenty one after another, and one thread here receives from all of them; the " +
    "latency of the last one holds that of all before it",
  "sessions.p95":
    "the timers of the model server fire for several sessions at once, so that tokens come in bursts of seven " +
    "or eight, as they do from a server that batches; one thread takes them one after another",
  "submit.ack.p95": "one sync of the disk and the pages of the full-text index; the disk decides",
  "submit.request.p50": "the turn is made durable before the model hears of it; the disk decides",
  "cli.do": "the first turn in a folder starts the process that looks for the project's instructions, some 70 ms of it",
  "start.idle-memory": "Deno itself takes 37 MiB of it; the rest is code, zod and its schemas most of all",
  "stalled.p95": "until the kernel's buffers are full, each token is sent to all hundred and one",
};
