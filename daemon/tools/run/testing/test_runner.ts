/** A real runner over a workspace of its own, for tests. */
import { join } from "node:path";
import { HostProcess } from "../../host/host_process.ts";
import type { Hosts, ToolContext, Workspace } from "../../tool.ts";
import { runnerHost, type RunnerOptions } from "../runner_host.ts";

export interface TestRunner extends AsyncDisposable {
  host: HostProcess;
  hosts: Hosts;
  workspace: Workspace;
  /** A folder beside the workspace, which stands for the rest of the user's files. */
  outside: string;
  stateDir: string;
  contextOf(signal?: AbortSignal): ToolContext;
}

type TestOptions = Partial<Omit<RunnerOptions, "workspace" | "stateDir">>;

/** `outside` does not lie in /tmp, which a sandbox replaces. */
export async function startRunner(options: TestOptions = {}): Promise<TestRunner> {
  const base = await Deno.realPath(await Deno.makeTempDir({ dir: await homeForTests() }));
  const [cwd, outside, stateDir] = ["workspace", "outside", "state"].map((name) => join(base, name));
  if (!cwd || !outside || !stateDir) throw new Error("no folders");
  for (const folder of [cwd, outside, stateDir]) await Deno.mkdir(folder);
  const workspace = { cwd, roots: [cwd] };
  const { env: more, ...rest } = options;
  const DENO_DIR = await (cacheFolder ??= findCacheFolder());
  const host = new HostProcess(
    runnerHost({ workspace, stateDir, env: { ...Deno.env.toObject(), DENO_DIR, ...more }, ...rest }),
  );
  const runner = () => Promise.resolve(host);
  const none = () => Promise.reject(new Error("not in this test"));
  const hosts: Hosts = { runner, reader: none, searcher: none, writer: none, web: none };
  return {
    host,
    hosts,
    workspace,
    outside,
    stateDir,
    contextOf: (signal = new AbortController().signal) => ({
      sessionId: "sess_test",
      turnId: "turn_test",
      callId: "call_test",
      workspace,
      hosts,
      signal,
      emit: () => {},
    }),
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      await Deno.remove(base, { recursive: true });
    },
  };
}

let cacheFolder: Promise<string> | undefined;

/** Where Deno keeps packages, also for a host that is given another HOME. */
async function findCacheFolder(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

async function homeForTests(): Promise<string> {
  const folder = "/var/tmp";
  return await Deno.stat(folder).then(() => folder, () => Deno.env.get("HOME") ?? ".");
}
