import { assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { HostError, HostProcess } from "./host_process.ts";

function start(permissions: string[] = []): HostProcess {
  const entry = fileURLToPath(new URL("./testdata/echo_host.ts", import.meta.url));
  const { HOME = "", DENO_DIR } = Deno.env.toObject();
  return new HostProcess({ entry, permissions, env: { HOME, ...(DENO_DIR && { DENO_DIR }) } });
}

const never = { signal: new AbortController().signal };

Deno.test("calls run side by side, with their events in order, and failures are told", async () => {
  await using host = start();
  const counted: unknown[] = [];
  const all = [
    host.call("echo", { text: "Grüße\n" }, never),
    host.call("count", 3, { ...never, onEvent: (event) => counted.push(event) }),
    host.call("fail", null, never).catch((error) => error.message),
    host.call("constructor", null, never).catch((error) => error.message),
  ];
  assertEquals(await Promise.all(all), [
    { text: "Grüße\n" },
    null,
    "as asked",
    'this host has no operation "constructor"',
  ]);
  assertEquals(counted, [1, 2, 3]);
});

Deno.test("a cancelled call is told to stop, and one that does not is killed with its host [C2]", async () => {
  await using host = start();
  const cancelled = async (op: string) => {
    const stop = new AbortController();
    const call = host.call(op, null, { signal: stop.signal, onEvent: () => stop.abort() });
    return (await assertRejects(() => call, HostError)).message;
  };
  assertEquals(await cancelled("wait"), "told to stop");
  assertEquals(host.isAlive, true);
  assertEquals(await cancelled("ignore"), "the tool's process ended");
  assertEquals(host.isAlive, false);
  await assertRejects(() => host.call("echo", 1, never), HostError, "ended");
});

Deno.test("a host that dies fails its calls, and ends when its input does", async () => {
  await using host = start();
  await assertRejects(() => host.call("die", null, never), HostError, "ended");
  await using other = start();
  assertEquals(await other.call("echo", 1, never), 1);
});

Deno.test({
  name: "a host that has died fails its calls, also while what it started holds its output open",
  ignore: Deno.build.os === "windows",
  sanitizeOps: false, // the pipe closes when its holder has gone
  sanitizeResources: false,
  async fn() {
    await using host = start(["--allow-run=/bin/sleep"]);
    let pid = 0;
    const stop = new AbortController();
    const onEvent = (event: unknown) => {
      pid = Number(event);
      stop.abort();
    };
    try {
      await assertRejects(() => host.call("leave", null, { signal: stop.signal, onEvent }), HostError, "ended");
      assertEquals(host.isAlive, false);
    } finally {
      if (pid > 0) Deno.kill(pid, "SIGKILL");
    }
  },
});

Deno.test("Deno itself refuses what the flags do not allow [security 7]", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/a`, "inside");
  await using host = start([`--allow-read=${folder}`]);
  assertEquals(await host.call("read", `${folder}/a`, never), "inside");
  await assertRejects(() => host.call("read", "/etc/passwd", never), HostError, "Requires read access");
  await Deno.remove(folder, { recursive: true });
});
