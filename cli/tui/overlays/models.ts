/**
 * The overlay of models: those of the server, with what it says of them, to choose one for the session or as the default,
 * and on an Opta LMX to load and unload.
 */
import type { Api } from "@opta/protocol/client";
import { setConfig } from "../../config/config.ts";
import { formatBytes } from "../../output/format_bytes.ts";
import type { ModelRow } from "../../models/model_row.ts";
import { type ModelReport, readModels } from "../../models/read_models.ts";
import { sanitizeLine } from "../../output/sanitize.ts";
import type { OverlayFactory } from "../overlay.ts";
import { type Row, spread } from "../row.ts";
import { ListOverlay, overlayOf } from "./list_overlay.ts";
import type { Action, Done } from "./list_overlay_state.ts";
import { rankItems } from "./rank_items.ts";
import { Work } from "./work.ts";

/** A little longer than the daemon itself waits, which knows better what to say. */
const LOAD_TIMEOUT_MS = 16 * 60_000;

export const modelsOverlay: OverlayFactory = (context) => {
  const { api, theme, signal, close, session, say, settings: { paths, env } } = context;
  let report: ModelReport | null = null;
  const reading = new Work(signal, () => list.changed());
  const read = () =>
    reading.run("reading models", async (signal) => {
      report = await readModels(api, { paths, env }, signal);
    });
  const choose = async (model: string | null, signal: AbortSignal): Promise<Done> => {
    const { sessionId } = session.state;
    await api.call("updateSession", { params: { sessionId }, body: { model }, signal });
    return "close";
  };
  const isOnLmx = () => report?.isLmx === true && report.problem === null;

  const useHere: Action<ModelRow> = {
    key: "",
    label: "chooses for this session",
    doing: "choosing it",
    run: ({ id }, _, signal) => choose(id, signal),
  };
  const actions: Action<ModelRow>[] = [
    {
      key: "d",
      label: "make it the default",
      doing: "storing it",
      async run({ id }) {
        await setConfig(paths, "model.default", id);
        const overridden = env.OPTA_MODEL ? " (but OPTA_MODEL is set, and overrides it)" : "";
        say(theme.get().paint("dim", `${sanitizeLine(id)} is the default after "opta daemon restart"${overridden}`));
        return "close";
      },
    },
    {
      key: "a",
      label: "leave the choice to the daemon",
      doing: "giving it back",
      isFor: () => session.state.model !== null,
      run: (_, __, signal) => choose(null, signal),
    },
    {
      key: "l",
      label: "load",
      doing: "loading it; the server goes on when this is left",
      isFor: ({ state }) => isOnLmx() && state === "available",
      async run({ id }, _, signal) {
        await load(api, id, signal);
        await read();
        return "stay";
      },
    },
    {
      key: "u",
      label: "unload",
      doing: "unloading it",
      isFor: ({ state }) => isOnLmx() && state === "loaded",
      confirms: ({ id }) => `Unload ${sanitizeLine(id)}? Turns that use it, of all sessions, must load it again.`,
      async run({ id }, _, signal) {
        await api.call("lmxUnload", { body: { modelId: id }, signal });
        await read();
        return "stay";
      },
    },
  ];

  const list: ListOverlay<ModelRow> = new ListOverlay<ModelRow>({
    title: "Models",
    theme: theme.get,
    signal,
    close,
    items: (query) => rankItems(query, report?.models ?? [], ({ id }) => id),
    rowOf: (model, columns) => rowOf(model, columns, session.state.model),
    enter: useHere,
    actions,
    empty: (query) => {
      if (report === null) return reading.problem === null ? "reading …" : "Enter tries again";
      return query === ""
        ? "the server lists no models"
        : "the server lists no such model; /model NAME asks for it all the same";
    },
    status() {
      if (reading.problem !== null) return { text: reading.problem, role: "bad" };
      if (report?.problem) return { text: sanitizeLine(report.problem), role: "warning" };
      return report &&
        { text: sanitizeLine(`${report.provider}${report.server ? ` at ${report.server}` : ""}`), role: "dim" };
    },
    retry: () => void read(),
  });
  read();
  return overlayOf(list, reading);
};

async function load(api: Api, modelId: string, signal: AbortSignal): Promise<void> {
  const { status } = await api.call("lmxLoad", { body: { modelId }, timeoutMs: LOAD_TIMEOUT_MS, signal });
  if (status === "loaded") return;
  throw new Error(`It is not whole on the server: mend it with "opta models download ${modelId}"`);
}

/** @param own the model that the session asks for */
function rowOf(model: ModelRow, columns: number, own: string | null): Row {
  const { id, state, contextLength, sizeBytes, memoryBytes, isDefault, isInUse } = model;
  const bytes = sizeBytes ?? memoryBytes;
  const isHere = own === null ? isInUse : own === id;
  const notes = [
    ...(isDefault ? ["default"] : []),
    ...(contextLength === null ? [] : [`${contextLength.toLocaleString("en-US")} tokens`]),
    ...(bytes === null ? [] : [formatBytes(bytes)]),
    ...(state === null ? [] : [state === "loaded" ? "loaded" : "not loaded"]),
  ];
  const left: Row = [[isHere ? "* " : "  ", "accent"], [sanitizeLine(id)]];
  return spread(left, notes.join(" · "), columns, state === "loaded" ? "good" : "dim");
}
