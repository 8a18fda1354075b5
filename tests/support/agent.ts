/**
 * An agent for tests: the real daemon with its real tools, a fake model that calls what the test says, and a user's folders:
 * a home with keys in it, a workspace, and a folder beside that is none of the agent's business.
 */
import { type Payload, stateFiles, type ToolPart, type Turn, type TurnOverrides } from "@opta/protocol";
import { Api, Session } from "@opta/protocol/client";
import { join } from "node:path";
import { soon } from "./session.ts";
import { startDaemon, type StartDaemonOptions, type TestDaemon } from "./start_daemon.ts";
import { type FakeModel, startFakeModel } from "./start_fake_model.ts";

/** A call that the fake model makes. */
export type Call = readonly [toolName: string, args: Record<string, unknown>];

export interface AgentOptions extends Omit<StartDaemonOptions, "modelUrl" | "stateDir"> {
  /** Without it commands have neither bubblewrap nor `unshare`, whatever the machine has. */
  hasSandbox?: boolean;
  /** HOME names the home folder by a symlink to it. */
  isHomeLinked?: boolean;
}

/** What lies in the home folder's `.ssh/id_rsa`, and beside the workspace; to be found nowhere else. */
export const SECRET = "-----BEGIN A KEY OF THE TEST-----";
/** The key of the model server, which is in the daemon's environment. */
export const API_KEY = "sk-key-of-the-test";

export class Agent implements AsyncDisposable {
  readonly daemon: TestDaemon;
  readonly model: FakeModel;
  readonly #base: string;
  #calls = 0;

  static async start({ hasSandbox = true, isHomeLinked = false, env, ...options }: AgentOptions = {}): Promise<Agent> {
    // Not in /tmp, which a sandbox replaces.
    const base = await Deno.realPath(await Deno.makeTempDir({ dir: "/var/tmp", prefix: "opta-agent-" }));
    const [home, state] = [join(base, "home"), join(base, "home/.config/opta/daemon")];
    for (const folder of ["home/.ssh", "workspace", "outside"]) {
      await Deno.mkdir(join(base, folder), { recursive: true });
    }
    await Deno.mkdir(state, { recursive: true, mode: 0o700 });
    await Deno.writeTextFile(join(home, ".ssh/id_rsa"), SECRET);
    await Deno.writeTextFile(join(home, ".bashrc"), "# as it was\n");
    await Deno.writeTextFile(join(base, "outside/secret"), SECRET);
    const PATH = hasSandbox ? Deno.env.get("PATH") ?? "" : await pathWithout(["bwrap", "unshare"], join(base, "bin"));
    const HOME = isHomeLinked ? join(base, "home-link") : home;
    if (isHomeLinked) await Deno.symlink(home, HOME);
    const model = await startFakeModel();
    const daemon = await startDaemon({
      apiKey: API_KEY,
      ...options,
      modelUrl: model.url,
      stateDir: state,
      env: { DENO_DIR: await cacheFolder(), ...env, HOME, PATH },
    });
    return new Agent(daemon, model, base);
  }

  private constructor(daemon: TestDaemon, model: FakeModel, base: string) {
    this.daemon = daemon;
    this.model = model;
    this.#base = base;
  }

  home = (path = ""): string => join(this.#base, "home", path);
  path = (path = ""): string => join(this.#base, "workspace", path);
  outside = (path = ""): string => join(this.#base, "outside", path);

  /** A new session in the workspace. */
  async session(workspace = this.path()): Promise<string> {
    const body = { workspace: { cwd: workspace, dirs: [] } };
    return (await new Api(this.daemon.endpoint).call("createSession", { body })).sessionId;
  }

  attach(sessionId: string, writerId = "alice", transport: "ws" | "sse" = "ws"): Session {
    return Session.attach({ endpoint: this.daemon.endpoint, sessionId, clientId: writerId, writerId, transport });
  }

  /** What the model calls next, one step after another; in a step without calls, and after all, it says something. */
  async script(...steps: Call[][]): Promise<void> {
    for (const calls of steps.toReversed()) {
      const toolCalls = calls.map(([name, args]) => ({
        id: `call_${++this.#calls}`,
        name,
        arguments: [JSON.stringify(args)],
      }));
      const answer = calls.length === 0 ? {} : { tokens: [], toolCalls, finishReason: "tool_calls" };
      await this.model.script({ ...answer, times: 1 });
    }
  }

  /** Lets the model make this call in a turn of its own, and waits for the turn's end. Nobody is asked, unless told. */
  async call(client: Session, call: Call, overrides: TurnOverrides = { dangerous: true }): Promise<ToolPart> {
    await this.script([call]);
    const { turnId } = await client.submit(`use ${call[0]}`, { overrides, signal: soon() });
    return toolsOf(await endOf(client, turnId))[0]!;
  }

  /** Everything that is in the log of a session, as text. */
  async log(sessionId: string): Promise<string> {
    const response = await this.daemon.fetch(`/v3/sessions/${sessionId}/export?format=jsonl`);
    return await response.text();
  }

  /** Bytes of the daemon's database. */
  async stored(): Promise<number> {
    return (await Deno.stat(join(this.daemon.stateDir, stateFiles.database))).size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.daemon[Symbol.asyncDispose]();
    await this.model[Symbol.asyncDispose]();
    await Deno.remove(this.#base, { recursive: true });
  }
}

export function toolsOf({ parts }: Turn): ToolPart[] {
  return parts.filter((part) => part.kind === "tool");
}

/** A turn once it has ended. */
export async function endOf(client: Session, turnId: string, signal: AbortSignal = soon()): Promise<Turn> {
  const ended = ({ turns }: { turns: Turn[] }) => turns.find((turn) => turn.turnId === turnId);
  return ended(await client.until((state) => ended(state) !== undefined, signal))!;
}

/** The first request for permission that is open. */
export async function openRequest(client: Session): Promise<Payload<"permission.request">> {
  const open = ({ permissions }: Session["state"]) => Object.values(permissions).find(({ resolved }) => !resolved);
  return open(await client.until((state) => open(state) !== undefined, soon()))!;
}

let known: Promise<string> | undefined;

/** Where Deno keeps packages, also for a daemon that is given another HOME. */
export function cacheFolder(): Promise<string> {
  return known ??= new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output().then(({ stdout }) =>
    JSON.parse(new TextDecoder().decode(stdout)).denoDir
  );
}

/** A PATH with all programs of the user's but these: a folder of links. */
async function pathWithout(programs: readonly string[], folder: string): Promise<string> {
  await Deno.mkdir(folder);
  for (const place of (Deno.env.get("PATH") ?? "").split(":")) {
    const names = await Array.fromAsync(Deno.readDir(place)).catch(() => []);
    for (const { name } of names) {
      if (programs.includes(name)) continue;
      await Deno.symlink(join(place, name), join(folder, name)).catch(() => {}); // an earlier folder has it as well
    }
  }
  return folder;
}
