/** What was entered: a message for the model, or a command for the program that took it. Pure. */

export type SlashEntry =
  | { kind: "nothing" }
  | { kind: "message"; content: string }
  /** Whether there is such a command is for the program to say; `word` is without its slash. */
  | { kind: "command"; word: string; argument: string };

/** Two slashes begin a message that begins with one; a text of several lines is always a message. */
export function readSlashEntry(text: string): SlashEntry {
  const line = text.trim();
  if (line === "") return { kind: "nothing" };
  if (line.startsWith("//")) return { kind: "message", content: line.slice(1) };
  if (!line.startsWith("/") || line.includes("\n")) return { kind: "message", content: text.trimEnd() };
  const [word = "", ...rest] = line.slice(1).split(/\s+/);
  return { kind: "command", word, argument: rest.join(" ") };
}
