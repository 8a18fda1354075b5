/** How somebody likes the page: kept in the browser, for all tabs, and no secret. */
import { TurnMode } from "@opta/protocol";
import { Value } from "@opta/view/value";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export interface Preferences {
  readonly theme: Theme;
  /** Of the next message. */
  readonly mode: TurnMode;
  /** Single letters are shortcuts where nothing is written. */
  readonly singleKeys: boolean;
  /** Where tools worked in the latest session that was begun here. */
  readonly folder: string;
}

const KEY = "opta.preferences";
const defaults: Preferences = { theme: "auto", mode: "chat", singleKeys: true, folder: "" };

export class PreferenceStore {
  readonly value: Value<Preferences>;
  readonly #storage: Pick<Storage, "getItem" | "setItem"> | null;

  /** @param storage `null` where the browser keeps nothing */
  constructor(storage: Pick<Storage, "getItem" | "setItem"> | null) {
    this.#storage = storage;
    this.value = new Value(read(storage));
  }

  set(changes: Partial<Preferences>): void {
    const next = { ...this.value.get(), ...changes };
    this.value.set(next);
    try {
      this.#storage?.setItem(KEY, JSON.stringify(next));
    } catch {
      // Storage is full or shut: it holds as long as the page is open.
    }
  }
}

function read(storage: Pick<Storage, "getItem"> | null): Preferences {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(KEY) ?? "{}");
    if (typeof kept !== "object" || kept === null) return defaults;
    const { theme, mode, singleKeys, folder } = kept as Record<string, unknown>;
    return {
      theme: THEMES.find((known) => known === theme) ?? defaults.theme,
      mode: TurnMode.options.find((known) => known === mode) ?? defaults.mode,
      singleKeys: typeof singleKeys === "boolean" ? singleKeys : defaults.singleKeys,
      folder: typeof folder === "string" ? folder : defaults.folder,
    };
  } catch {
    return defaults;
  }
}

/** The storage of all tabs; `null` where a browser keeps nothing, which it says by throwing. */
export function browserStorage(): Storage | null {
  try {
    return globalThis.localStorage ?? null; // the mere look may throw
  } catch {
    return null;
  }
}
