/** The commands of `opta`, each loaded when it is used, so that a command costs its own modules alone. */
import type { Command } from "@commander-js/extra-typings";

/** A command of `opta`, with its sub-commands. */
export interface Family {
  name: string;
  summary: string;
  /** Has sub-commands. */
  hasCommands?: true;
  /** Gives the command its arguments, flags and sub-commands. */
  load: () => Promise<(command: Command) => void>;
}

export const families: readonly Family[] = [
  {
    name: "chat",
    summary: "chat in this terminal; the default",
    load: async () => (await lazily<typeof import("../commands/chat.ts")>("../commands/chat.ts")).defineChat,
  },
  {
    name: "tui",
    summary: "chat in this terminal, drawn",
    load: async () => (await lazily<typeof import("../commands/tui.ts")>("../commands/tui.ts")).defineTui,
  },
  {
    name: "do",
    summary: "run one task and print its answer",
    load: async () => (await lazily<typeof import("../commands/do.ts")>("../commands/do.ts")).defineDo,
  },
  {
    name: "web",
    summary: "open the sessions in the browser",
    load: async () => (await lazily<typeof import("../commands/web.ts")>("../commands/web.ts")).defineWeb,
  },
  {
    name: "diff",
    summary: "show what the turns of a session have changed in files",
    load: async () => (await lazily<typeof import("../commands/diff.ts")>("../commands/diff.ts")).defineDiff,
  },
  {
    name: "sessions",
    summary:
      "list, search, show, export, import, rename, tag, delete and restore sessions; watch one; undo its changes",
    hasCommands: true,
    load: async () =>
      (await lazily<typeof import("../commands/sessions.ts")>("../commands/sessions.ts")).defineSessions,
  },
  {
    name: "daemon",
    summary: "start, stop and look at the daemon that owns the sessions",
    hasCommands: true,
    load: async () => (await lazily<typeof import("../commands/daemon.ts")>("../commands/daemon.ts")).defineDaemon,
  },
  {
    name: "acp",
    summary: "serve an editor that speaks the Agent Client Protocol, over standard input and output",
    load: async () => (await lazily<typeof import("../commands/acp.ts")>("../commands/acp.ts")).defineAcp,
  },
  {
    name: "server",
    summary: "run the daemon in the foreground for scripts of earlier releases, on port 3456",
    load: async () => (await lazily<typeof import("../commands/server.ts")>("../commands/server.ts")).defineServer,
  },
  {
    name: "status",
    summary: "the daemon, the model server and the traffic between them",
    load: async () => (await lazily<typeof import("../commands/status.ts")>("../commands/status.ts")).defineStatus,
  },
  {
    name: "doctor",
    summary: "look for what is wrong with this installation, and repair what is safe to",
    load: async () => (await lazily<typeof import("../commands/doctor.ts")>("../commands/doctor.ts")).defineDoctor,
  },
  {
    name: "models",
    summary: "list the models of the server; load, download and delete those of an Opta LMX",
    hasCommands: true,
    load: async () => (await lazily<typeof import("../commands/models.ts")>("../commands/models.ts")).defineModels,
  },
  {
    name: "config",
    summary: "show and change settings",
    hasCommands: true,
    load: async () => (await lazily<typeof import("../commands/config.ts")>("../commands/config.ts")).defineConfig,
  },
  {
    name: "mcp",
    summary: "add, try and remove MCP servers, whose tools turns may use",
    hasCommands: true,
    load: async () => (await lazily<typeof import("../commands/mcp.ts")>("../commands/mcp.ts")).defineMcp,
  },
  {
    name: "usage",
    summary: "show what turns used, by day, model or session",
    load: async () => (await lazily<typeof import("../commands/usage.ts")>("../commands/usage.ts")).defineUsage,
  },
  {
    name: "env",
    summary: "save settings of a model server under a name, and go over from one to another",
    hasCommands: true,
    load: async () => (await lazily<typeof import("../commands/env.ts")>("../commands/env.ts")).defineEnv,
  },
  {
    name: "completions",
    summary: "print the script by which a shell completes opta",
    load: async () =>
      (await lazily<typeof import("../commands/completions.ts")>("../commands/completions.ts")).defineCompletions,
  },
  {
    name: "version",
    summary: "print the versions of opta, its contract and its runtime",
    load: async () => (await lazily<typeof import("../commands/version.ts")>("../commands/version.ts")).defineVersion,
  },
];

/** Deno reads whatever an import names before it runs the first line, so these names are such that it cannot see them. */
async function lazily<Module>(specifier: string): Promise<Module> {
  return await import(specifier);
}
