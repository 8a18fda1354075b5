/**
 * The tools of a command without a daemon. The command itself may do everything, which the daemon may not: so it is looked
 * at that the processes its tools work in are the very ones of a daemon, and that a model gets no further with them.
 */
import { stateFiles } from "@opta/protocol";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { cacheFolder, type Call, SECRET } from "./support/agent.ts";
import { Opta } from "./support/opta.ts";
import { Piped } from "./support/piped.ts";
import { childrenOf, commandLineOf } from "./support/processes.ts";
import { type FakeModel, startFakeModel } from "./support/start_fake_model.ts";

const isLinux = Deno.build.os === "linux";
/** In the environment of whoever types the command. */
const KEYS = { OPTA_API_KEY: "sk-key-of-the-test", OPTA_LMX_ADMIN_KEY: "admin-key-of-the-test", OTHER_TOKEN: "other" };

/** A user with keys at home, a workspace, and a folder beside it. */
class Place implements AsyncDisposable {
  readonly base: string;
  readonly opta: Opta;
  readonly model: FakeModel;

  private constructor(base: string, opta: Opta, model: FakeModel) {
    this.base = base;
    this.opta = opta;
    this.model = model;
  }

  static async make(): Promise<Place> {
    const base = await Deno.realPath(await Deno.makeTempDir({ dir: "/var/tmp", prefix: "opta-no-daemon-" }));
    for (const folder of ["home/.ssh", "workspace", "outside"]) {
      await Deno.mkdir(join(base, folder), { recursive: true });
    }
    await Deno.writeTextFile(join(base, "home/.ssh/id_rsa"), SECRET);
    await Deno.writeTextFile(join(base, "workspace/a"), "inside");
    const model = await startFakeModel();
    const env = { HOME: join(base, "home"), DENO_DIR: await cacheFolder(), ...KEYS };
    const opta = await Opta.create({ OPTA_HOST: model.host, OPTA_PORT: String(model.port), ...env });
    opta.cwd = join(base, "workspace");
    return new Place(base, opta, model);
  }

  /** The model makes these calls at once, and then says that it is done. */
  async script(calls: readonly Call[]): Promise<void> {
    const toolCalls = calls.map(([name, args], i) => ({ id: `call_${i}`, name, arguments: [JSON.stringify(args)] }));
    await this.model.script({ tokens: ["done"] });
    await this.model.script({ tokens: [], toolCalls, finishReason: "tool_calls", times: 1 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.opta[Symbol.asyncDispose]();
    await this.model[Symbol.asyncDispose]();
    await Deno.remove(this.base, { recursive: true });
  }
}

/** Each kind of process that tools work in: how it was started, by name of what differs from run to run. */
async function hostsOf(flags: string[]): Promise<Record<string, unknown>[]> {
  await using place = await Place.make();
  const { opta, base, model } = place;
  await place.script([
    ["read_file", { path: "a" }],
    ["search_files", { pattern: "inside" }],
    ["write_file", { path: "b", content: "inside" }],
    ["run_command", { command: "true" }],
    ["web_fetch", { url: "http://nowhere.invalid/" }],
  ]);
  const child = opta.spawn(["chat", "--dangerous", ...flags], "piped");
  await using chat = new Piped(child);
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode("go\n"));
  await chat.until("done\n"); // and it waits for the next message, with its hosts
  const state = await Deno.readTextFile(join(opta.home, "daemon", stateFiles.state)).catch(() => null);
  assertEquals(state === null, flags.includes("--no-daemon"));
  const parent: number = state === null ? child.pid : JSON.parse(state).pid;
  const names: [string | RegExp, string][] = [
    [opta.home, "OPTA_HOME"],
    [base, "BASE"],
    [`:${model.port}`, ":MODEL"],
    [/checkpoints\/[0-9a-f]{32}/g, "checkpoints/SESSION"],
    [/tmp\/[0-9a-f]{8}\/[0-9a-f]{32}/g, "tmp/SESSION"],
  ];
  const named = (text: string) => names.reduce((all, [part, name]) => all.replaceAll(part, name), text);
  const hosts = childrenOf(parent).map((pid) => ({
    commandLine: commandLineOf(pid).map(named),
    environment: Deno.readTextFileSync(`/proc/${pid}/environ`).split("\0").map(named).toSorted(),
    folder: named(Deno.readLinkSync(`/proc/${pid}/cwd`)),
  }));
  const told = JSON.stringify(hosts);
  for (const key of Object.values(KEYS)) assert(!told.includes(key), told);
  await input.close();
  assertEquals((await chat.ended()).code, 0);
  const entry = ({ commandLine }: typeof hosts[number]) => commandLine.join(" ");
  return hosts.toSorted((a, b) => entry(a) < entry(b) ? -1 : 1);
}

Deno.test({
  name:
    "the processes that tools work in are the same with a daemon and without: flags, environment, folder [security 7, 8]",
  ignore: !isLinux,
  async fn() {
    const without = await hostsOf(["--no-daemon"]);
    assertEquals(without.length, 5, JSON.stringify(without));
    assertEquals(without, await hostsOf([]));
  },
});

Deno.test({
  name: "file tools and web_fetch of a command without a daemon go nowhere that a model should not [security 7]",
  ignore: !isLinux,
  async fn() {
    await using place = await Place.make();
    const { opta, base, model } = place;
    await Deno.symlink(join(base, "outside"), join(base, "workspace/out"));
    await Deno.symlink(join(base, "home/.ssh/id_rsa"), join(base, "workspace/key"));
    const outside = /lies outside of the folders of this session|is closed to tools|symlink that leads nowhere/;
    const attacks: [Call, RegExp][] = [
      [["read_file", { path: join(base, "home/.ssh/id_rsa") }], outside],
      [["read_file", { path: "key" }], outside],
      [["read_file", { path: `/proc/self/root${base}/home/.ssh/id_rsa` }], outside],
      [["read_file", { path: join(opta.home, "daemon", stateFiles.database) }], outside],
      [["read_file", { path: "/proc/self/environ" }], outside],
      [["search_files", { pattern: "KEY", path: join(base, "home"), include_ignored: true }], outside],
      [["write_file", { path: "out/new", content: "x" }], outside],
      [["write_file", { path: join(base, "home/.bashrc"), content: "x" }], outside],
      [["run_command", { command: "pwd", cwd: "out" }], /outside the workspace/],
      [["web_fetch", { url: `${model.url}/v1/models` }], /not on the public internet/],
    ];
    await place.script(attacks.map(([call]) => call));
    const { code, stdout } = await opta.run(["do", "--no-daemon", "--dangerous", "go"]);
    assertEquals([code, stdout], [0, "done\n"]);
    const { messages } = (await model.stats()).requests.at(-1)!.body as {
      messages: { role: string; content: string }[];
    };
    const results = messages.filter(({ role }) => role === "tool").map(({ content }) => content);
    assertEquals(results.length, attacks.length);
    for (const [i, [call, why]] of attacks.entries()) assertMatch(results[i]!, why, JSON.stringify(call));
    assert(!results.some((result) => [SECRET, ...Object.values(KEYS)].some((secret) => result.includes(secret))));
    assertEquals(await Array.fromAsync(Deno.readDir(join(base, "outside"))), []);
  },
});
