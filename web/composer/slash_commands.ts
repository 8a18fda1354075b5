/** Commands of the message box: what begins with a slash and is no message. Pure. */

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
  | { kind: "nothing" }
  | { kind: "message"; content: string }
  | { kind: "command"; name: SlashCommand; argument: string }
  | { kind: "unknown"; word: string };

/** Two slashes begin a message that begins with one; a text of several lines is always a message. */
export function readEntry(text: string): Entry {
  const line = text.trim();
  if (line === "") return { kind: "nothing" };
  if (line.startsWith("//")) return { kind: "message", content: text.trim().slice(1) };
  if (!line.startsWith("/") || line.includes("\n")) return { kind: "message", content: text.trimEnd() };
  const [word = "", ...rest] = line.slice(1).split(/\s+/);
  return isCommand(word)
    ? { kind: "command", name: word, argument: rest.join(" ") }
    : { kind: "unknown", word: `/${word}` };
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
