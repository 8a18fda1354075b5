/** What `/mode` does: shows in which mode the next messages are answered, or chooses another one. */
import { TurnMode } from "@opta/protocol";
import { CliError, ExitCode } from "../exit.ts";
import { sanitizeLine } from "../output/sanitize.ts";

export const modeMeanings: Record<TurnMode, string> = {
  chat: "talks with you, and may use every tool",
  do: "carries out a task, and may use every tool",
  plan: "makes a plan; tools only look",
  review: "reviews what is there; tools only look",
  research: "finds out; tools only look",
};

export interface ModeContext {
  mode: TurnMode;
  setMode(mode: TurnMode): void;
  say(text: string): void;
}

/** @throws {CliError} for what is no mode */
export function chooseMode(argument: string, { mode, setMode, say }: ModeContext): void {
  if (argument === "") {
    return say(
      TurnMode.options.map((one) => `${one === mode ? "*" : " "} ${one.padEnd(10)}${modeMeanings[one]}`).join("\n"),
    );
  }
  const chosen = TurnMode.safeParse(argument);
  if (!chosen.success) {
    const shown = JSON.stringify(sanitizeLine(argument));
    throw new CliError(`${shown} is no mode: choose one of ${TurnMode.options.join(", ")}`, ExitCode.usage);
  }
  setMode(chosen.data);
  say(`Your next messages are in the mode ${chosen.data}: it ${modeMeanings[chosen.data]}`);
}
