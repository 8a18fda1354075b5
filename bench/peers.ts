/**
 * What other systems reach, as measured once with the same method: a fake model server in a process of its own whose
 * tokens carry the time of their emission, two cores, a quiet machine, medians of several runs. These are fixed numbers of
 * that day and not measured again here; `direct` beside them says how fast that machine was.
 */

export const PEERS_DATE = "2026-11-22";

/** Versions in the order of the columns. Earlier Opta had the compaction of its agent options turned down. */
export const PEER_NAMES = [
  "direct, then",
  "earlier Opta 0.5",
  "Codex app-server 0.169",
  "pi 0.74 (rpc)",
  "OpenCode 1.18",
] as const;

export interface PeerRow {
  label: string;
  /** Rows of this run to stand beside it. */
  keys: readonly string[];
  /** One for each of `PEER_NAMES`; "—" where there is none. */
  values: readonly [string, string, string, string, string];
}

export const PEERS: readonly PeerRow[] = [
  {
    label: "relay p50 / p95, 50 tokens/s, 1 client, ms",
    keys: ["relay-50.p50", "relay-50.p95"],
    values: ["0.50 / 0.62", "0.67 / 0.86", "1.03 / 1.19", "0.98 / 1.3", "2.9 / 10.9"],
  },
  {
    label: "relay p50 / p95, 200 tokens/s, 1 client, ms",
    keys: ["relay-200.p50", "relay-200.p95"],
    values: ["0.16 / 0.30", "0.30 / 0.57", "0.56 / 0.79", "0.41 / 0.83", "2.5 / 10.0"],
  },
  {
    label: "relay p50 / p95, 1,000 tokens/s, 1 client, ms",
    keys: ["relay-1000.p50", "relay-1000.p95"],
    values: ["0.09 / 0.14", "0.11 / 0.25", "0.23 / 0.42", "0.32 / 2.1", "3.3 / 14"],
  },
  {
    label: "relay p50 / p95, 200 tokens/s, 20 clients, ms",
    keys: ["fan-out.p50", "fan-out.p95"],
    values: ["—", "0.67 / 1.21", "0.79 / 1.29", "—", "3.9 / 11"],
  },
  {
    label: "20 sessions × 50 tokens/s, p95, ms",
    keys: ["sessions.p95"],
    values: ["0.40", "0.79", "0.62", "22", "111"],
  },
  {
    label: "most tokens/s, one session",
    keys: ["throughput"],
    values: ["156,000", "52,000", "26,000", "1,800", "9,200"],
  },
  {
    label: "submit → model server sees it, p50, ms",
    keys: ["submit.request.p50"],
    values: ["1.1", "23 to 30", "37 to 46", "3.5 to 32", "82 to 141"],
  },
  {
    label: "model's first token → client, p50, ms",
    keys: ["submit.first-token.p50"],
    values: ["0.3", "0.9", "2.6", "1.6 to 5.4", "17 to 20"],
  },
  {
    label: "cancel → model server notices, p50, ms",
    keys: ["cancel.sse.p50"],
    values: ["1.5", "2.1", "1.4", "—", "4.6"],
  },
  {
    label: "cold start to healthy, ms",
    keys: ["start.cold"],
    values: ["—", "429", "84 (native)", "558", "1,183"],
  },
  {
    label: "memory after start / after a turn, MiB",
    keys: ["start.idle-memory", "start.turn-memory"],
    values: ["—", "107 / 124", "87 / 141", "153 / 163", "310 / 744"],
  },
  {
    label: "`--help`, ms",
    keys: ["cli.help"],
    values: ["—", "72", "10 (npm wrapper 41)", "—", "546"],
  },
  {
    label: "1 s disconnect at 200 tokens/s: tokens lost from the view",
    keys: ["reconnect.lost"],
    values: ["—", "200 (although it has a cursor)", "201", "—", "199"],
  },
  {
    label: "`kill -9` after 500 tokens: tokens kept",
    keys: ["crash.kept"],
    values: ["—", "0, and the user's message", "0", "—", "0"],
  },
  {
    label: "two submits at once",
    keys: ["writers.in-order"],
    values: ["—", "both, in order", "the first is aborted", "—", "the order varies"],
  },
];
