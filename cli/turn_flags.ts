/** The flags that `opta chat` and `opta do` share, and what they mean for sessions and turns. */
import { type Command, Option } from "@commander-js/extra-typings";
import type { TurnMode, TurnOverrides } from "@opta/protocol";
import { CliError, ExitCode } from "./exit.ts";
import { note } from "./output.ts";

export function withTurnFlags<Args extends unknown[]>(command: Command<Args>) {
  return command
    .option("-r, --resume <id>", "go on with this session; the beginning of its id is enough")
    .option("--plan", "ask for a plan only")
    .option("--review", "ask for a review only")
    .option("--research", "ask for research only")
    .option("-m, --model <name>", "use this model")
    .option("--provider <name>", "use this provider: lmx, openai, anthropic or demo")
    .option("--device <host[:port]>", "use the model server there, when this command starts the daemon")
    .addOption(new Option("-f, --format <format>", "what to print").choices(["text", "json"]))
    .option("-a, --auto", "approve the tools of these turns")
    .option("--dangerous", "approve everything in these turns")
    .addOption(new Option("--yolo").hideHelp())
    .option("--no-commit", "make no commits")
    .option("--no-checkpoints", "make no checkpoints")
    .option("--add-dir <path>", "another folder for the tools (repeatable)", collect)
    .option("-v, --verbose", "say more on standard error");
}

/** The values of these flags, as the parser gives them. */
export type TurnFlags = ReturnType<ReturnType<typeof withTurnFlags<[]>>["opts"]>;

/** @throws {CliError} when two modes are asked for */
export function modeOf({ plan, review, research }: TurnFlags, usual: TurnMode): TurnMode {
  const asked = Object.entries({ plan, review, research }).flatMap(([mode, isAsked]) =>
    isAsked ? [mode as TurnMode] : []
  );
  if (asked.length <= 1) return asked[0] ?? usual;
  throw new CliError(`Choose one of ${asked.map((mode) => `--${mode}`).join(" and ")}`, ExitCode.usage);
}

/** What the flags say about each turn; the model of a new session belongs to the session instead. */
export function overridesOf(flags: TurnFlags): TurnOverrides {
  return {
    ...(flags.provider !== undefined && { provider: flags.provider }),
    ...(flags.auto && { auto: true }),
    ...((flags.dangerous || flags.yolo) && { dangerous: true }),
    ...(!flags.commit && { noCommit: true }),
    ...(!flags.checkpoints && { noCheckpoints: true }),
  };
}

/** Says which flags have no effect, rather than let anybody rely on them. */
export function noteIdleFlags({ addDir }: TurnFlags): void {
  if (addDir) note("--add-dir has no effect: in this version the model has no tools, so it sees no folder");
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}
