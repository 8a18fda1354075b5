/** What an entered text is: a message for the model, a command for this program, or a mistyped command. */
import { readSlashEntry, type SlashEntry } from "@opta/view/slash_entry";
import { nearest } from "../program/nearest.ts";

/** Commands, with their arguments and what they do, in the order of the help text. */
export const commands = {
  help: { argument: "", summary: "Show this list" },
  new: { argument: "", summary: "Begin a new session" },
  sessions: { argument: "", summary: "List recent sessions" },
  resume: { argument: "<number or id>", summary: "Go on with a session of the list" },
  model: { argument: "[number or name]", summary: "List the models, or choose one for this session" },
  mode: {
    argument: "[name]",
    summary: "List the modes, or choose one for your messages",
  },
  diff: { argument: "[all]", summary: "Show what the latest turn changed, or all did" },
  undo: { argument: "[force]", summary: "Take the file changes of the latest turn back" },
  redo: { argument: "[force]", summary: "Bring back what the latest /undo took" },
  retry: { argument: "", summary: "Ask your last message again" },
  cancel: { argument: "", summary: "Cancel what runs and waits in this session" },
  exit: { argument: "", summary: "Leave; a running turn goes on (also /quit, Ctrl-D)" },
} as const satisfies Record<string, { argument: string; summary: string }>;

export type CommandName = keyof typeof commands;

export type Entry =
  | Exclude<SlashEntry, { kind: "command" }>
  | { kind: "command"; name: CommandName; argument: string }
  /** `meant` is the nearest command, if one is near. */
  | { kind: "unknown"; word: string; meant: string | null };

const aliases: Readonly<Record<string, CommandName>> = { quit: "exit", "?": "help" };

export function readEntry(text: string): Entry {
  const entry = readSlashEntry(text);
  if (entry.kind !== "command") return entry;
  const { word, argument } = entry;
  const name = aliases[word] ?? word;
  if (isCommand(name)) return { kind: "command", name, argument };
  return { kind: "unknown", word: `/${word}`, meant: word === "" ? null : nearest(word, Object.keys(commands)) };
}

export function describeUnknown({ word, meant }: Extract<Entry, { kind: "unknown" }>): string {
  const hint = meant ? `did you mean /${meant}?` : "/help lists the commands.";
  return `There is no command ${word}: ${hint} To send a text that begins with a slash, type //`;
}

export function helpText(): string {
  const rows = Object.entries(commands).map(([name, { argument, summary }]) =>
    [`/${name}${argument && ` ${argument}`}`, summary] as const
  );
  const width = Math.max(...rows.map(([usage]) => usage.length)) + 2;
  const lines = rows.map(([usage, summary]) => `  ${usage.padEnd(width)}${summary}`);
  return [...lines, "", ...tips.map((tip) => `  ${tip}`)].join("\n");
}

/** What is to be known beside the commands. */
export const tips: readonly string[] = [
  "//text sends a text that begins with a slash.",
  'For several lines: a backslash at the end of a line, Ctrl-J, or """ … """.',
  "Enter while an answer streams queues what you typed.",
  "Ctrl-C cancels; twice leaves.",
];

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}
