/** Commands of the message box: what begins with a slash and is no message. Pure. */
import { readSlashEntry, type SlashEntry } from "@opta/view/slash_entry";

export const slashCommands = {
  new: "Begin a new chat",
  model: "Choose the model of this session",
  mode: "Choose the mode: chat, do, plan, review, research",
  retry: "Ask your last message again",
  cancel: "Cancel the turn that runs",
  find: "Find in this conversation",
  sessions: "Go to another session",
  rename: "Give this session another title",
  details: "See ids, folders, writers and the state hash of this session",
  usage: "See what turns have used",
  help: "Keys and commands",
} as const satisfies Record<string, string>;

export type SlashCommand = keyof typeof slashCommands;

export type Entry =
  | Exclude<SlashEntry, { kind: "command" }>
  | { kind: "command"; name: SlashCommand; argument: string }
  | { kind: "unknown"; word: string };

export function readEntry(text: string): Entry {
  const entry = readSlashEntry(text);
  if (entry.kind !== "command") return entry;
  const { word, argument } = entry;
  return isCommand(word) ? { kind: "command", name: word, argument } : { kind: "unknown", word: `/${word}` };
}

/** The commands that a beginning may become; none once it is more than one word. */
export function suggestCommands(text: string): SlashCommand[] {
  const word = /^\/([a-z]*)$/.exec(text)?.[1];
  if (word === undefined) return [];
  return Object.keys(slashCommands).filter((name): name is SlashCommand => isCommand(name) && name.startsWith(word));
}

function isCommand(name: string): name is SlashCommand {
  return Object.hasOwn(slashCommands, name);
}
