/**
 * The `opta` command: its families of sub-commands, each loaded when it is used, so that a command costs its own modules
 * alone; and the one place where errors become a line on standard error and an exit code.
 */
import { Command, CommanderError } from "@commander-js/extra-typings";
import { VERSION } from "../protocol/version.ts";
import { normalizeArgs } from "./arguments.ts";
import { CliError, ExitCode } from "./exit.ts";
import { noProxyWithLoopback } from "./no_proxy.ts";
import { note, OutputClosed, writeErr, writeOut } from "./output.ts";

interface Family {
  name: string;
  summary: string;
  /** Gives the command its arguments, flags and sub-commands. */
  load: () => Promise<(command: Command) => void>;
}

const families: readonly Family[] = [
  {
    name: "chat",
    summary: "chat in this terminal; the default",
    load: async () => (await import("./commands/chat.ts")).defineChat,
  },
  {
    name: "tui",
    summary: "chat in this terminal, drawn",
    load: async () => (await import("./commands/tui.ts")).defineTui,
  },
  {
    name: "do",
    summary: "run one task and print its answer",
    load: async () => (await import("./commands/do.ts")).defineDo,
  },
  {
    name: "web",
    summary: "open the sessions in the browser",
    load: async () => (await import("./commands/web.ts")).defineWeb,
  },
  {
    name: "diff",
    summary: "show what the turns of a session have changed in files",
    load: async () => (await import("./commands/diff.ts")).defineDiff,
  },
  {
    name: "sessions",
    summary: "list, search, show, export, rename, tag and delete sessions; watch one; undo its changes",
    load: async () => (await import("./commands/sessions.ts")).defineSessions,
  },
  {
    name: "daemon",
    summary: "start, stop and look at the daemon that owns the sessions",
    load: async () => (await import("./commands/daemon.ts")).defineDaemon,
  },
  {
    name: "acp",
    summary: "serve an editor that speaks the Agent Client Protocol, over standard input and output",
    load: async () => (await import("./commands/acp.ts")).defineAcp,
  },
  {
    name: "server",
    summary: "run the daemon in the foreground for scripts of earlier releases, on port 3456",
    load: async () => (await import("./commands/server.ts")).defineServer,
  },
  {
    name: "status",
    summary: "the daemon, the model server and the traffic between them",
    load: async () => (await import("./commands/status.ts")).defineStatus,
  },
  {
    name: "models",
    summary: "list the models of the server; load, download and delete those of an Opta LMX",
    load: async () => (await import("./commands/models.ts")).defineModels,
  },
  {
    name: "config",
    summary: "show and change settings",
    load: async () => (await import("./commands/config.ts")).defineConfig,
  },
  {
    name: "mcp",
    summary: "add, try and remove MCP servers, whose tools turns may use",
    load: async () => (await import("./commands/mcp.ts")).defineMcp,
  },
  {
    name: "usage",
    summary: "show what turns used, by day, model or session",
    load: async () => (await import("./commands/usage.ts")).defineUsage,
  },
  {
    name: "env",
    summary: "save settings of a model server under a name, and go over from one to another",
    load: async () => (await import("./commands/env.ts")).defineEnv,
  },
  {
    name: "version",
    summary: "print the versions of opta, its contract and its runtime",
    load: async () => (await import("./commands/version.ts")).defineVersion,
  },
];

function createProgram(): Command<[], { debug?: true }> {
  const program = new Command("opta")
    .description("AI chat sessions that outlive the terminal")
    .usage("[command] [flags]")
    .version(VERSION)
    .option("--debug", "show where an error comes from")
    .exitOverride()
    .configureOutput({
      writeOut,
      writeErr,
      outputError: (text) => note(text.replace(/^error: /, "").trim().replaceAll("\n", " ")),
    })
    .hook("preSubcommand", async (_, command) => {
      const family = families.find(({ name }) => name === command.name());
      if (family) (await family.load())(command as Command);
    });
  for (const { name, summary } of families) program.command(name).description(summary);
  return program;
}

/** Asked for the help of a command that does not exist, the parser shows its own, as if all were well. */
function withoutVainHelp(args: string[]): string[] {
  const [command = "-"] = args;
  const isKnown = command.startsWith("-") || families.some(({ name }) => name === command);
  return isKnown ? args : args.filter((arg) => arg !== "--help" && arg !== "-h");
}

/** What a failure means for whoever runs the command. */
async function report(error: unknown, debug: boolean): Promise<ExitCode> {
  if (error instanceof OutputClosed) return ExitCode.done; // `opta … | head` has seen enough
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage; // said already
  note(error instanceof Error ? error.message : String(error));
  if (debug) note(Deno.inspect(error));
  if (error instanceof CliError) return error.exitCode;
  const { DaemonUnreachableError } = await import("@opta/protocol/client");
  return error instanceof DaemonUnreachableError ? ExitCode.daemonUnreachable : ExitCode.failed;
}

if (import.meta.main) {
  Deno.env.set("NO_PROXY", noProxyWithLoopback(Deno.env.toObject())); // before the first request, which reads it
  const program = createProgram();
  try {
    await program.parseAsync(withoutVainHelp(normalizeArgs(Deno.args)), { from: "user" });
  } catch (error) {
    Deno.exitCode = await report(error, program.opts().debug ?? false);
  }
  Deno.exit(); // whatever may still be open has served its purpose
}
