/** What the composer offers to complete: commands, files of the session's folder, models, modes and sessions. */
import { TurnMode } from "@opta/protocol";
import type { Api, Session } from "@opta/protocol/client";
import { modeMeanings } from "../../chat/choose_mode.ts";
import { commands } from "../../chat/slash_command.ts";
import { sanitizeLine } from "../../output/sanitize.ts";
import { listFiles } from "./file_list.ts";

/** Something to choose. */
export interface Option {
  /** What is written. */
  readonly value: string;
  /** What is shown and searched in its place, for a value that says nothing to people. */
  readonly label?: string;
  readonly hint: string;
}

/** What is to be known beside the commands. It may reject: then nothing is offered. */
export interface OptionSource {
  /** Where files are looked for; what is known of them is of no use elsewhere. */
  folder(): string | null;
  /** Paths in that folder. */
  files(signal: AbortSignal): Promise<readonly Option[]>;
  /** Values of a command's argument; none for a command whose values nobody knows. */
  values(command: string, signal: AbortSignal): Promise<readonly Option[]>;
}

/** Sessions that are offered: as many as one looks through by typing. */
const LISTED_SESSIONS = 50;

export const commandOptions: readonly Option[] = Object.entries(commands).map(([value, { argument, summary }]) => ({
  value,
  hint: argument === "" ? summary : `${argument}  ${summary}`,
}));

/** Words that a command takes are named in its argument: `[all]`. */
const words: Record<string, readonly Option[]> = {
  diff: [{ value: "all", hint: "all that the session's turns changed" }],
  undo: [{ value: "force", hint: "also where a file was changed since" }],
  redo: [{ value: "force", hint: "also where a file was changed since" }],
  mode: TurnMode.options.map((value) => ({ value, hint: modeMeanings[value] })),
};

export function optionSource(api: Api, session: () => Session | null): OptionSource {
  const folder = () => session()?.state.workspace?.cwd ?? null;
  return {
    folder,
    async files(signal) {
      const cwd = folder();
      return cwd === null ? [] : (await listFiles(cwd, signal)).map((value) => ({ value, hint: "" }));
    },
    async values(command, signal) {
      switch (command) {
        case "model": {
          const { models } = await api.call("listModels", { signal });
          const options = models.filter(({ id }) => isWord(id)).map(({ id, loaded }) => ({
            value: id,
            hint: loaded ? "loaded" : "",
          }));
          return [...options, { value: "default", hint: "the daemon's choice" }];
        }
        case "resume": {
          const { sessions } = await api.call("listSessions", { query: { limit: LISTED_SESSIONS }, signal });
          return sessions.map(({ sessionId, title }) => ({
            value: sessionId,
            label: sanitizeLine(title) || "(empty)",
            hint: sessionId,
          }));
        }
        default:
          return words[command] ?? [];
      }
    },
  };
}

/** What a model is called is the server's: what is no word for a command, or does something to a terminal, is not offered. */
function isWord(id: string): boolean {
  return sanitizeLine(id) === id && !/\s/.test(id);
}
