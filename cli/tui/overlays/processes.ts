/** The overlay of background processes of the session: how they are doing, what they write, and to end them. */
import type { BackgroundProcess } from "@opta/protocol";
import { sanitizeLine } from "../../output/sanitize.ts";
import type { OverlayFactory } from "../overlay.ts";
import { type Row, spread } from "../row.ts";
import { ListOverlay } from "./list_overlay.ts";
import type { Action } from "./list_overlay_state.ts";
import { openedIn } from "./opened_in.ts";
import { ProcessOutput } from "./process_output.ts";
import { rankItems } from "./rank_items.ts";
import { Viewer } from "./viewer.ts";

interface ProcessItem {
  id: string;
  process: BackgroundProcess;
}

export const processesOverlay: OverlayFactory = ({ api, clock, session, theme, signal, close }) => {
  const items = () =>
    Object.values(session.state.background)
      .map((process): ProcessItem => ({ id: process.processId, process }))
      .toSorted((a, b) => Number(isRunning(b)) - Number(isRunning(a)) || order(b, a));
  const kill: Action<ProcessItem> = {
    key: "k",
    label: "end it",
    doing: "ending it",
    isFor: isRunning,
    confirms: ({ process }) => `End ${nameOf(process)}, and all that it has started?`,
    async run({ id }, _, signal) {
      await api.call("killBackground", { params: { processId: id }, body: {}, signal });
      return "stay";
    },
  };
  const list: ListOverlay<ProcessItem> = new ListOverlay<ProcessItem>({
    title: "In the background",
    theme: theme.get,
    signal,
    close,
    items: (query) => rankItems(query, items(), ({ process }) => `${process.label ?? ""} ${process.command}`),
    rowOf: (item, columns) => rowOf(item, columns, clock.now()),
    enter: {
      key: "",
      label: "shows its output",
      doing: "reading it",
      run({ process }) {
        pane.open(viewerOf(process));
        return Promise.resolve("stay");
      },
    },
    actions: [kill],
    empty: (query) => query === "" ? "nothing was started in the background of this session" : "nothing fits",
  });

  const viewerOf = (process: BackgroundProcess) => {
    const output = new ProcessOutput(api, clock, process.processId, signal, () => viewer.changed());
    const viewer: Viewer = new Viewer({
      title: () => `${nameOf(process)} · ${stateOf(output.process ?? process)}`,
      theme: theme.get,
      text: () => output.text,
      isFollowing: true,
      status: () => output.problem === null ? null : { text: `${output.problem} · it is tried again`, role: "bad" },
      close: () => pane.close(),
    });
    output.start();
    return Object.assign(viewer, { [Symbol.dispose]: () => output[Symbol.dispose]() });
  };

  let shown = session.state.background;
  const pane = openedIn(
    list,
    session.subscribe(() => {
      if (session.state.background === shown) return;
      shown = session.state.background;
      pane.changed();
    }),
  );
  return pane;
};

function isRunning({ process }: ProcessItem): boolean {
  return process.endedAt === null;
}

/** Later ones are greater. */
function order(a: ProcessItem, b: ProcessItem): number {
  return a.process.startedAt.localeCompare(b.process.startedAt);
}

function rowOf({ process }: ProcessItem, columns: number, nowMs: number): Row {
  const { command, label, startedAt, endedAt, runtimeMs } = process;
  const ms = endedAt === null ? Math.max(runtimeMs, nowMs - Date.parse(startedAt)) : runtimeMs;
  const note = `${stateOf(process)} · ${formatRuntime(ms)}`;
  const left: Row = label === null
    ? [[sanitizeLine(command)]]
    : [[`${sanitizeLine(label)} `, "strong"], [sanitizeLine(command), "dim"]];
  return spread(left, note, columns, endedAt === null ? "good" : process.exitCode === 0 ? "dim" : "bad");
}

function nameOf({ label, command }: BackgroundProcess): string {
  return sanitizeLine(label ?? command);
}

function stateOf({ state, exitCode }: BackgroundProcess): string {
  return sanitizeLine(exitCode === null ? state : `${state}, exit ${exitCode}`);
}

/** Whole seconds below an hour: the row is drawn anew only when something changes. */
function formatRuntime(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
