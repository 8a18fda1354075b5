/** The flags that `opta chat` and `opta do` share, and what they mean for sessions and turns. */
import { type Command, Option } from "@commander-js/extra-typings";
import type { TurnMode, TurnOverrides } from "@opta/protocol";
import type { Config } from "../config/config.ts";
import { parseValue } from "../config/config_keys.ts";
import { CliError, ExitCode } from "../exit.ts";

export function withTurnFlags<Args extends unknown[]>(command: Command<Args>) {
  return command
    .option("-r, --resume <id>", "go on with this session; the beginning of its id is enough")
    .option("--plan", "ask for a plan only")
    .option("--review", "ask for a review only")
    .option("--research", "ask for research only")
    .option("-m, --model <name>", "use this model")
    .option("--provider <name>", "use this provider: auto, lmx, openai, anthropic or demo", readProvider)
    .option("--device <host[:port]>", "use the model server there, when this command starts the daemon")
    .addOption(new Option("-f, --format <format>", "what to print").choices(["text", "json"]))
    .option("-a, --auto", "let these turns change files without asking")
    .option("--dangerous", "let these turns do everything without asking, but what a rule denies")
    .addOption(new Option("--yolo", "the same as --dangerous").hideHelp())
    .option("--no-commit", "let these turns make no commits")
    .option("--no-checkpoints", "keep no checkpoints of these turns: their edits cannot be undone")
    .option("--add-dir <path>", "another folder for the tools (repeatable)", collect)
    .option("--no-daemon", "run the turns in this command, which ends them with it: for when no daemon can be had")
    .option("-v, --verbose", "say more on standard error");
}

/** The flags of a chat in a terminal. */
export function withChatFlags<Args extends unknown[]>(command: Command<Args>) {
  return withTurnFlags(command)
    .option("--plain", "for screen readers: text goes downwards only, nothing is drawn twice");
}

/** Said to whoever uses `--dangerous` at a terminal. */
export const DANGER = "--dangerous: nothing is asked for, and tools may do everything that no rule denies";

/** The values of these flags, as the parser gives them. */
export type TurnFlags = ReturnType<ReturnType<typeof withTurnFlags<[]>>["opts"]>;
export type ChatFlags = ReturnType<ReturnType<typeof withChatFlags<[]>>["opts"]>;

/**
 * The mode that the flags ask for, or else the setting `turn.mode`, or else `usual`.
 *
 * @throws {CliError} when two modes are asked for
 */
export function modeOf({ plan, review, research }: TurnFlags, config: Config, usual: TurnMode): TurnMode {
  const asked = Object.entries({ plan, review, research }).flatMap(([mode, isAsked]) =>
    isAsked ? [mode as TurnMode] : []
  );
  if (asked.length <= 1) return asked[0] ?? config["turn.mode"] ?? usual;
  throw new CliError(`Choose one of ${asked.map((mode) => `--${mode}`).join(" and ")}`, ExitCode.usage);
}

/**
 * What the flags say about each turn; the model of a new session belongs to the session instead.
 *
 * @param isAttended whether somebody is there who can be asked for permission
 */
export function overridesOf(flags: TurnFlags, isAttended: boolean): TurnOverrides {
  return {
    ...(flags.provider !== undefined && { provider: flags.provider }),
    ...(flags.auto && { auto: true }),
    ...((flags.dangerous || flags.yolo) && { dangerous: true }),
    ...(!flags.commit && { noCommit: true }),
    ...(!flags.checkpoints && { noCheckpoints: true }),
    ...(!isAttended && { unattended: true }),
  };
}

/** The demo goes by its full name as well. @throws {CliError} before anything is started for a name that nobody has */
function readProvider(name: string): string {
  return name === "opta-demo" ? name : String(parseValue("provider.active", name, "--provider"));
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}
