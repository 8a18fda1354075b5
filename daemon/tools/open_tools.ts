/** Puts the daemon's tools together: which there are, and what the processes that they work in may touch. */
import { McpServers } from "../mcp/mcp_servers.ts";
import { RuleBook } from "../permission/rule_book.ts";
import { TrustedProjects } from "../permission/trusted_projects.ts";
import type { Report } from "../session/report.ts";
import type { DaemonSettings } from "../settings.ts";
import { removeCheckpoints } from "./files/checkpoints/change_history.ts";
import { FileMemory } from "./files/file_memory.ts";
import { fileTools } from "./files/file_tools.ts";
import { readerHost, searchHost, writerHost } from "./files/files_host.ts";
import type { HostOptions } from "./host/host_process.ts";
import { runnerHost } from "./run/runner_host.ts";
import { runTools } from "./run/run_tools.ts";
import type { HostPlans } from "./session_hosts.ts";
import { talkTools } from "./talk/talk_tools.ts";
import { TempFolders } from "./temp_folders.ts";
import type { Workspace } from "./tool.ts";
import { ToolBox, type ToolBoxOptions } from "./tool_box.ts";
import { webHost } from "./web/web_host.ts";
import { webTools } from "./web/web_tools.ts";

export interface OpenToolsOptions extends Pick<ToolBoxOptions, "emit" | "redact" | "workspaceOf"> {
  report: Report;
}

export function openTools(
  { home: optaHome, stateDir, hostEnv: env }: DaemonSettings,
  options: OpenToolsOptions,
): ToolBox {
  const { report, emit, redact, workspaceOf } = options;
  const memory = new FileMemory();
  const tempFolders = new TempFolders(stateDir, report);
  void tempFolders.removeLeft();
  // Wherever this process was started: what lies there, such as a deno.json, is none of theirs.
  const at = (host: HostOptions): HostOptions => ({ cwd: stateDir, ...host });
  const trusted = new TrustedProjects(stateDir, report);
  const plans = (sessionId: string, workspace: Workspace | null): HostPlans => {
    const files = () => {
      const folders = workspace ?? noFolders();
      const { HOME: home = null, ...others } = env;
      return { workspace: folders, sessionId, optaHome, stateDir, home, env: defined({ ...others, HOME: home }) };
    };
    return {
      reader: () => at(readerHost(files())),
      searcher: () => at(searchHost({ ...files(), path: env["PATH"] ?? null })),
      writer: () => at(writerHost(files())),
      runner() {
        const lent = { hidden: [optaHome], tempDir: tempFolders.make(sessionId) };
        return at(runnerHost({ workspace: workspace ?? noFolders(), env, stateDir, ...lent }));
      },
      web: () => at(webHost({ env })),
    };
  };
  return new ToolBox({
    tools: (backgroundOf) => [...fileTools(memory), ...runTools(backgroundOf), ...webTools, ...talkTools],
    rules: new RuleBook(stateDir, report),
    projects: { home: env["HOME"] ?? null, optaHome, isTrusted: (path, sha256) => trusted.has(path, sha256) },
    mcp: new McpServers({ stateDir, env: defined(env), report }),
    plans,
    emit,
    redact,
    workspaceOf,
    cleanUp: (sessionId) => tempFolders.remove(sessionId),
    forgetRead: (sessionId) => memory.forget(sessionId),
    async forget(sessionId) {
      memory.forget(sessionId);
      await removeCheckpoints(stateDir, sessionId);
    },
  });
}

function noFolders(): never {
  throw new TypeError("a tool that needs a folder was offered where there is none");
}

function defined(env: Readonly<Record<string, string | null | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => value ? [[name, value]] : []));
}
