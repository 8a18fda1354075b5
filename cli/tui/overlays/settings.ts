/** The overlay of settings: those that are used most, and the permission rules, to change and to take away in place. */
import { type ConfigEntry, deleteConfig, listConfig, setConfig } from "../../config/config.ts";
import { choicesOf, configFields, fieldOf, isToolKey, needsRestart, TuiTheme } from "../../config/config_keys.ts";
import { publishRules } from "../../daemon_control/rules_file.ts";
import { sanitizeLine } from "../../output/sanitize.ts";
import { chooseTheme } from "../choose_theme.ts";
import type { OverlayFactory } from "../overlay.ts";
import { type Row, spread } from "../row.ts";
import { ListOverlay, overlayOf } from "./list_overlay.ts";
import type { Action } from "./list_overlay_state.ts";
import { rankItems } from "./rank_items.ts";
import { Work } from "./work.ts";

/** In the order in which they are looked for; the others are for `opta config`. */
const listedKeys = [
  "connection.host",
  "connection.port",
  "connection.apiKey",
  "provider.active",
  "provider.fallback",
  "model.default",
  "model.contextLength",
  "model.maxTokens",
  "turn.mode",
  "anthropic.model",
  "anthropic.apiKey",
  "daemon.permissionTimeoutMs",
  "tui.theme",
] as const satisfies readonly (keyof typeof configFields)[];

/** Of the longest that is listed always: values stand below one another. */
const KEY_COLUMNS = Math.max(...listedKeys.map((key) => key.length));

interface Setting {
  id: string;
  /** `null` when nobody has set it. */
  entry: ConfigEntry | null;
}

export const settingsOverlay: OverlayFactory = ({ theme, signal, close, setTheme, settings: { paths, env } }) => {
  let settings: readonly Setting[] | null = null;
  let note: string | null = null;
  const reading = new Work(signal, () => list.changed());
  const read = () =>
    reading.run("reading settings", async () => {
      settings = settingsOf(await listConfig(paths, env, ({ message }) => note = sanitizeLine(message)));
    });
  const changed = async (key: string) => {
    if (isToolKey(key)) await publishRules(paths, env);
    await read();
    const entry = settings?.find(({ id }) => id === key)?.entry ?? null;
    if (key === "tui.theme") setTheme(chooseTheme(TuiTheme.safeParse(entry?.value).data, env));
    note = noteOn(key, entry);
  };

  const change: Action<Setting> = {
    key: "",
    label: "changes",
    doing: "storing it",
    asks: ({ id, entry }) => ({
      label: id,
      text: fieldOf(id).secret || !entry ? "" : String(entry.value),
      isSecret: fieldOf(id).secret === true,
      choices: choicesOf(id),
    }),
    async run({ id }, text) {
      await setConfig(paths, id, text);
      await changed(id);
      return "stay";
    },
  };
  const unset: Action<Setting> = {
    key: "u",
    label: "unset",
    doing: "taking it away",
    isFor: ({ entry }) => entry?.source === "file",
    async run({ id }) {
      await deleteConfig(paths, id);
      await changed(id);
      return "stay";
    },
  };

  const list: ListOverlay<Setting> = new ListOverlay<Setting>({
    title: "Settings",
    theme: theme.get,
    signal,
    close,
    items: (query) => rankItems(query, settings ?? [], ({ id }) => id),
    rowOf,
    enter: change,
    actions: [unset],
    empty: () =>
      settings === null ? reading.problem === null ? "reading …" : "Enter tries again" : "no setting is called so",
    status() {
      if (reading.problem !== null) return { text: reading.problem, role: "bad" };
      return note === null ? null : { text: note, role: "warning" };
    },
    onMove: () => note = null,
    retry: () => void read(),
  });
  read();
  return overlayOf(list, reading);
};

function settingsOf(entries: readonly ConfigEntry[]): Setting[] {
  const rules = entries.filter(({ key }) => isToolKey(key)).map(({ key }) => key);
  return [...listedKeys, ...rules].map((key) => ({
    id: key,
    entry: entries.find((entry) => entry.key === key) ?? null,
  }));
}

/** What is to be known after a change. */
function noteOn(key: string, entry: ConfigEntry | null): string | null {
  if (entry && entry.source !== "file") return `${entry.source} overrides ${key} in the config file`;
  return needsRestart(key) ? `${key} takes effect after "opta daemon restart"` : null;
}

function rowOf({ id, entry }: Setting, columns: number): Row {
  const value = entry === null ? "not set" : fieldOf(id).secret ? "••••••••" : sanitizeLine(String(entry.value));
  const from = entry === null || entry.source === "file" ? "" : ` (from ${entry.source})`;
  const when = needsRestart(id) ? "after a restart" : "";
  return spread(
    [[`${id.padEnd(KEY_COLUMNS)}  `], [value, entry === null ? "dim" : "accent"], [from, "dim"]],
    when,
    columns,
    "dim",
  );
}
