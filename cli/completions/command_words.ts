/**
 * The words of the command line as completions know them: commands, flags, arguments, and what may stand in each place.
 * They are taken from the tree of commands beforehand (`command_words.json`, made by `deno task completions`): loading the
 * commands themselves takes longer than anybody waits for a Tab.
 */
import words from "./command_words.json" with { type: "json" };

export interface CommandWords {
  name: string;
  aliases: string[];
  description: string;
  flags: FlagWords[];
  arguments: ArgumentWords[];
  commands: CommandWords[];
}

export interface FlagWords {
  /** As they are typed: `-m`, `--model`. */
  names: string[];
  description: string;
  /** What follows it; `null` when nothing does. */
  value: Kind | null;
  /** Understood, and not offered. */
  isHidden: boolean;
}

export interface ArgumentWords {
  name: string;
  kind: Kind;
  isVariadic: boolean;
}

/** What may stand in a place: one of these words, or one of a kind that is looked up. */
export type Kind = readonly string[] | NamedKind;

export type NamedKind =
  | "session"
  | "model"
  | "tag"
  | "configKey"
  /** Of the key that stands before it. */
  | "configValue"
  | "profile"
  | "mcpServer"
  /** The shell's own completion of these. */
  | "file"
  | "folder"
  /** Nobody can know. */
  | "text";

export interface CompletionWords {
  opta: CommandWords;
  /** The keys of the config, each with its words where these are few. */
  configKeys: Record<string, string[]>;
}

export const completionWords = words as CompletionWords;
