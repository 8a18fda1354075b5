/** A folder of its own for one test, in which no daemon is left behind. */
import { fileURLToPath } from "node:url";
import { type Env, type Paths, resolvePaths } from "../../paths.ts";
import { composeLaunch, type LaunchFlags } from "../launch_settings.ts";
import type { StartOptions } from "../start.ts";
import { stopDaemon } from "../stop.ts";

export const FAKE_DAEMON: string = fileURLToPath(new URL("./fake_daemon.ts", import.meta.url));

export class TestHome implements AsyncDisposable {
  readonly env: Env;
  readonly paths: Paths;

  private constructor(home: string) {
    this.env = { ...Deno.env.toObject(), OPTA_HOME: home, OPTA_DAEMON_PORT: "0" };
    this.paths = resolvePaths(this.env);
  }

  static async create(): Promise<TestHome> {
    return new TestHome(await Deno.makeTempDir({ prefix: "opta-" }));
  }

  /** How to start the fake daemon here; `misbehaviour` is one that it knows. */
  fakeDaemon(misbehaviour?: string, flags: LaunchFlags = {}): StartOptions {
    const launch = composeLaunch({ "model.default": misbehaviour }, this.env, flags);
    return { paths: this.paths, launch, env: this.env, entry: FAKE_DAEMON };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopDaemon(this.paths.stateDir, { graceMs: 0 });
    await Deno.remove(this.paths.home, { recursive: true });
  }
}
