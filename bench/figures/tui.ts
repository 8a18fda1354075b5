/** The terminal UI in a pty, as a person has it: how soon a key is painted, what is written, and whether anything is wiped. */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ScriptRule } from "../../tests/support/mod.ts";
import type { Figure } from "../figure.ts";
import { interleave } from "../interleave.ts";
import { atMost, rowOf } from "../rows.ts";
import { takeTokens } from "../tui/answer_tokens.ts";
import { openEcho, openPlainInk } from "../tui/programs.ts";
import { openTuiSession } from "../tui/tui_session.ts";
import { watchPaint } from "../tui/watch_paint.ts";

/** Turns that the session has already. */
const HISTORY = 10_000;
/** Milliseconds between two keys: somebody who types while reading, and somebody who types fast. */
const SLOW_KEYS_MS = 250;
const FAST_KEYS_MS = 80;
/** A key that repeats. */
const HURRIED_KEYS_MS = 30;
/** Seconds that the programs beside are looked at. */
const BESIDE_S = 10;

export const tuiStream: Figure = {
  name: "tui-stream",
  method:
    "`opta tui` in a pty of 100 × 30 on a session of 10,000 turns, while an answer of Markdown comes at 200 tokens/s for " +
    "60 s. Every quarter of a second, at no beat, a letter is typed that nothing else writes, and its bytes are waited " +
    "for in what the program writes. Direct is plain Ink with a Static and an input line that makes the same text itself, " +
    "without Markdown, session or daemon.",
  async measure(bench) {
    const rate = 200;
    const tokens = takeTokens(rate * bench.choose(60, 5));
    const besideMs = 1_000 * bench.choose(BESIDE_S, 3);
    const { echo, direct, opta } = await interleave(1, {
      echo: async () => {
        await using probe = await openEcho();
        return await watchPaint(probe, { work: () => delay(besideMs), everyMs: FAST_KEYS_MS });
      },
      direct: async () => {
        await using probe = await openPlainInk(rate);
        const { bytes = NaN, ...sample } = await watchPaint(probe, {
          work: () => delay(besideMs),
          everyMs: FAST_KEYS_MS,
        });
        return { ...sample, bytes: bytes / (rate * besideMs / 1_000) };
      },
      opta: async () => {
        await using tui = await openTuiSession(bench, HISTORY, null);
        const { bytes = NaN, ...sample } = await watchPaint(tui.probe, {
          work: () => tui.answer(tokens, rate),
          everyMs: SLOW_KEYS_MS,
        });
        return { ...sample, bytes: bytes / tokens.length, ...tui.startMs };
      },
    });
    const label = "TUI, 200 tokens/s, 10,000 earlier turns";
    const both = { direct, opta };
    return [
      rowOf({ key: "tui.keys", label: "`opta tui` on 10,000 turns → takes keys", unit: "ms", opta, stat: "keys" }),
      rowOf({
        key: "tui.live",
        label: "`opta tui` on 10,000 turns → shows them, live",
        unit: "ms",
        opta,
        stat: "live",
      }),
      rowOf({ key: "tui.echo", label: "a bare echo in the same pty: p95", unit: "ms", opta: echo, stat: "p95" }),
      rowOf({ ...both, key: "tui.key.p50", label: `${label}: key → paint p50`, unit: "ms", stat: "p50" }),
      rowOf({ ...both, key: "tui.key.p95", label: `${label}: p95`, unit: "ms", stat: "p95", target: atMost(33) }),
      rowOf({ ...both, key: "tui.key.p99", label: `${label}: p99`, unit: "ms", stat: "p99" }),
      rowOf({ ...both, key: "tui.gap", label: "between two frames: p50", unit: "ms", stat: "gap" }),
      rowOf({ ...both, key: "tui.pause", label: "the longest time without a frame", unit: "ms", stat: "pause" }),
      rowOf({
        opta,
        key: "tui.clears",
        label: "clear-screen sequences",
        unit: "",
        stat: "clears",
        target: atMost(0),
      }),
      rowOf({ opta, key: "tui.wipes", label: "scrollback wipes", unit: "", stat: "wipes", target: atMost(0) }),
      rowOf({ ...both, key: "tui.bytes", label: "bytes written for a token", unit: "", stat: "bytes" }),
      rowOf({ ...both, key: "tui.cpu", label: "share of a core of the TUI", unit: "%", stat: "cpu" }),
      rowOf({ ...both, key: "tui.growth", label: "growth of its memory meanwhile", unit: "MiB", stat: "growth" }),
      rowOf({
        ...both,
        key: "tui.warm-growth",
        label: "growth of its memory after the first quarter",
        unit: "MiB",
        stat: "warmGrowth",
      }),
    ];
  },
};

export const tuiBurst: Figure = {
  name: "tui-burst",
  method:
    "The same at 5,000 tokens/s for 4 s, with a key every 80 ms. The end of the answer is waited for on the screen.",
  async measure(bench) {
    const rate = 5_000;
    const tokens = takeTokens(rate * bench.choose(4, 2));
    const { direct, opta } = await interleave(bench.choose(3, 1), {
      direct: async () => {
        await using probe = await openPlainInk(rate);
        return await watchPaint(probe, { work: () => delay(4_000), everyMs: FAST_KEYS_MS });
      },
      opta: async () => {
        await using tui = await openTuiSession(bench, 0, null);
        let late = NaN;
        const sample = await watchPaint(tui.probe, {
          work: async () => late = await tui.answer(tokens, rate),
          everyMs: FAST_KEYS_MS,
        });
        return { ...sample, late };
      },
    });
    const label = "TUI, 5,000 tokens/s";
    const both = { direct, opta };
    return [
      rowOf({
        ...both,
        key: "tui-burst.p95",
        label: `${label}: key → paint p95`,
        unit: "ms",
        stat: "p95",
        target: atMost(50),
      }),
      rowOf({
        ...both,
        key: "tui-burst.pause",
        label: `${label}: the longest time without a frame`,
        unit: "ms",
        stat: "pause",
      }),
      rowOf({
        key: "tui-burst.late",
        label: `${label}: the last one at a WebSocket → on the screen`,
        unit: "ms",
        opta,
        stat: "late",
      }),
      rowOf({
        opta,
        key: "tui-burst.clears",
        label: `${label}: clear-screen sequences and scrollback wipes`,
        unit: "",
        stat: "wiped",
      }),
    ];
  },
};

const STEPS = 10;
/** Of each step, which makes a hundred calls in all; each brings 20 KB. */
const READS = 5;
const COMMANDS = 5;
const FILE = "export const line = 'all work and no play makes for a dull day';\n".repeat(310);

export const tuiTools: Figure = {
  name: "tui-tools",
  method:
    "One turn whose model reads 50 files of 20 KB and runs 50 commands that print as much, 5 and 5 in each of its ten " +
    "answers, with `opta tui` on it. Direct is the longest time between two events, as a bare WebSocket on the same " +
    "session sees them: while nothing happens, nothing new is painted. Then the same with a key every 30 ms, so that a " +
    "program that does not get to paint is told from one that has nothing to.",
  async measure(bench) {
    const folder = await bench.folder();
    for (let i = 0; i < STEPS * READS; i++) await Deno.writeTextFile(join(folder, `${i}.ts`), FILE);
    const { opta, typing } = await interleave(bench.choose(3, 1), {
      opta: async () => {
        await using tui = await openTuiSession(bench, 0, folder);
        let events = NaN;
        const work = async () => events = await tui.turn(answers(), { dangerous: true });
        return { ...await watchPaint(tui.probe, { work, everyMs: null }), events };
      },
      typing: async () => {
        await using tui = await openTuiSession(bench, 0, folder);
        const work = () => tui.turn(answers(), { dangerous: true });
        return await watchPaint(tui.probe, { work, everyMs: HURRIED_KEYS_MS });
      },
    });
    const label = "TUI, a turn of 100 tool calls with 2 MB of output";
    return [
      {
        ...rowOf({
          key: "tui-tools.pause",
          label: `${label}: the longest time without a frame`,
          unit: "ms",
          opta,
          stat: "pause",
        }),
        direct: opta.median("events"),
        target: atMost(100, 1.25),
      },
      rowOf({
        key: "tui-tools.typing",
        label: `${label}: the same while somebody types`,
        unit: "ms",
        opta: typing,
        stat: "pause",
        target: atMost(100),
      }),
      rowOf({
        key: "tui-tools.p95",
        label: `${label}: key → paint p95`,
        unit: "ms",
        opta: typing,
        stat: "p95",
        target: atMost(33),
      }),
      rowOf({ key: "tui-tools.growth", label: `${label}: growth of its memory`, unit: "MiB", opta, stat: "growth" }),
    ];
  },
};

/** The answers of the model but for its last. */
export function answers(): ScriptRule[] {
  return Array.from({ length: STEPS }, (_, step) => {
    const reads = Array.from({ length: READS }, (_, i) => ["read_file", { path: `${step * READS + i}.ts` }] as const);
    const commands = Array.from({ length: COMMANDS }, (_, i) => ["run_command", { command: `cat ${i}.ts` }] as const);
    const toolCalls = [...reads, ...commands].map(([name, args], i) => ({
      id: `call_${step}_${i}`,
      name,
      arguments: [JSON.stringify(args)],
    }));
    return { tokens: 20, toolCalls, finishReason: "tool_calls", times: 1 };
  });
}
