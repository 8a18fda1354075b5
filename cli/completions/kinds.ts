/**
 * What may stand in each argument and after each flag, unless the command itself names the words (`choices`). A test holds
 * this to the tree of commands: whatever takes a value has its place here, `text` where nobody can know it.
 */
import { choicesOf } from "../config/config_keys.ts";
import type { Kind } from "./command_words.ts";

/** By the name as help shows it; one that means something else in a command stands there with the command before it. */
export const kinds: Readonly<Record<string, Kind>> = {
  "<session>": "session",
  "<sessions>": "session",
  "--resume": "session",
  "--session": "session",
  "--level": ["trace", "debug", "info", "warning", "error"],
  "--turn": "text",
  "--tail": ["all"],
  "--tag": "tag",
  "sessions tag <tags>": "tag",
  "sessions import <files>": "file",
  "sessions rename <title>": "text",
  "sessions search <words>": "text",

  "--model": "model",
  "models use <name>": "model",
  "models info <name>": "model",
  "models load <name>": "model",
  "models unload <name>": "model",
  "models delete <name>": "model",
  "models download <name>": "text",
  "--provider": choicesOf("provider.active"),
  "--mode": choicesOf("turn.mode"),

  "<key>": "configKey",
  "config set <value>": "configValue",
  "config trust <path>": "folder",
  "config untrust <path>": "folder",
  "env save <name>": "profile",
  "env use <name>": "profile",
  "env show <name>": "profile",
  "env delete <name>": "profile",
  "env <words>": "text",
  "mcp remove <name>": "mcpServer",
  "mcp test <name>": "mcpServer",
  "mcp add <name>": "mcpServer", // to change it
  "mcp add <command>": "file",
  "--env": "text",
  "--header": "text",

  "<message>": "text",
  "<task>": "file", // it often names some
  "--output": "file",
  "--add-dir": "folder",

  "completions <shell>": ["bash", "zsh", "fish", "powershell"],
  "--command": "text",

  "--host": "text",
  "--port": "text",
  "--device": "text",
  "--base-url": "text",
  "--url": "text",
  "--page": "text",
  "--since": "text",
  "--until": "text",
  "--limit": "text",
  "--lines": "text",
  "--max-turns": "text",
};

/** The entry for an argument or flag of a command, `sessions tag`; `null` when nobody has thought of it. */
export function kindKey(command: string, name: string): string | null {
  return [`${command} ${name}`, name].find((key) => Object.hasOwn(kinds, key)) ?? null;
}
