/** Which commands open an overlay, when they are typed without an argument. Pure. */
import type { OverlayName } from "./overlay.ts";

interface OverlayCommand {
  overlay: OverlayName;
  /** Empty for a command that the line mode has as well, and that has its own there. */
  summary: string;
}

export const overlayCommands: Readonly<Record<string, OverlayCommand>> = {
  help: { overlay: "help", summary: "" },
  keys: { overlay: "keys", summary: "Show what keys do" },
  sessions: { overlay: "sessions", summary: "" },
  model: { overlay: "models", summary: "" },
  mode: { overlay: "modes", summary: "" },
  details: { overlay: "details", summary: "Show tool calls and thoughts in full (Ctrl-O)" },
  processes: { overlay: "processes", summary: "Show what runs in the background, its output, and end it" },
  settings: { overlay: "settings", summary: "Look at settings, and change them" },
  theme: { overlay: "theme", summary: "Choose the colours" },
};

/** Shows all of the conversation in a pager. */
export const PAGER_COMMAND = "/history";

/** The commands that there are in the terminal UI alone, for the help and for completion. */
export const ownCommands: readonly (readonly [name: string, summary: string])[] = [
  ["history", "Show all of the conversation in a pager"],
  ...Object.entries(overlayCommands)
    .flatMap(([name, { summary }]) => summary === "" ? [] : [[name, summary] as const]),
];

/** The overlay that an entered line asks for; `null` for any other text. */
export function overlayFor(text: string): OverlayName | null {
  const name = /^\/(\w+)\s*$/.exec(text.trim())?.[1] ?? "";
  return Object.hasOwn(overlayCommands, name) ? overlayCommands[name]!.overlay : null;
}
