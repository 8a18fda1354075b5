import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { RunEnd } from "./runner_frame.ts";
import { startRunner, type TestRunner } from "./testing/test_runner.ts";

type Options = Parameters<typeof startRunner>[0];

/** @returns `null` after saying why, when there is no sandbox on this machine */
async function startSandboxed(options: Options = {}): Promise<TestRunner | null> {
  const runner = await startRunner(options);
  const { kind } = await runner.host.call("confinement", null, { signal: new AbortController().signal }) as {
    kind: string;
  };
  if (kind.startsWith("sandbox")) return runner;
  console.log(`skipped: bubblewrap is missing or does not work here (confinement: ${kind})`);
  await runner[Symbol.asyncDispose]();
  return null;
}

async function run({ host }: TestRunner, command: string): Promise<string> {
  const request = { command, cwd: ".", timeoutMs: 0 };
  const end = RunEnd.parse(await host.call("run", request, { signal: new AbortController().signal }));
  return `${end.output}${end.exitCode}`;
}

const exists = (path: string) => Deno.lstat(path).then(() => true, () => false);

Deno.test("in a sandbox the workspace may be written, and nothing else [security 7]", async () => {
  await using runner = await startSandboxed();
  if (!runner) return;
  const { workspace: { cwd }, outside } = runner;
  assertEquals(await run(runner, "echo in > here && cat here"), "in\n0");
  assertEquals(await Deno.readTextFile(join(cwd, "here")), "in\n");
  await Deno.symlink(outside, join(cwd, "out"));
  for (const place of [join(outside, "a"), "out/a", "../outside/a"]) {
    assertStringIncludes(await run(runner, `echo x > ${place}`), "Read-only file system", place);
  }
  for (const place of ["/etc/opta-test", "/usr/opta-test", "/var/tmp/opta-test"]) {
    assertMatch(await run(runner, `echo x > ${place}`), /Read-only file system|Permission denied/);
    assertEquals(await exists(place), false, place);
  }
  assertEquals(await exists(join(outside, "a")), false);
});

Deno.test("in a sandbox /tmp is private, and so are /run and the processes", async () => {
  const file = await Deno.makeTempFile();
  try {
    await using runner = await startSandboxed();
    if (!runner) return;
    assertEquals(await run(runner, `cat ${file} 2>/dev/null; echo mine > ${file} && cat ${file}`), "mine\n0");
    assertEquals(await Deno.readTextFile(file), "");
    assertEquals(await run(runner, "ls /run | grep -v -e systemd -e resolvconf -e NetworkManager; true"), "0");
    assertEquals(await run(runner, `kill -0 ${Deno.pid} 2>/dev/null && echo reached; true`), "0");
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("a session's temporary folder stays from one command to the next", async () => {
  const tempDir = await Deno.makeTempDir();
  try {
    await using runner = await startSandboxed({ tempDir });
    if (!runner) return;
    assertEquals(await run(runner, "echo kept > $TMPDIR/a"), "0");
    assertEquals(await run(runner, "cat /tmp/a"), "kept\n0");
    assertEquals(await Deno.readTextFile(join(tempDir, "a")), "kept\n");
  } finally {
    await Deno.remove(tempDir, { recursive: true });
  }
});

Deno.test("in a sandbox keys, tokens and the daemon's own folder look empty [security 8]", async () => {
  const home = await Deno.realPath(await Deno.makeTempDir({ dir: "/var/tmp" }));
  try {
    for (const folder of [".ssh", ".aws", ".config/gh"]) await Deno.mkdir(join(home, folder), { recursive: true });
    for (const file of [".ssh/id_ed25519", ".aws/credentials", ".config/gh/hosts.yml", ".netrc", "extra"]) {
      await Deno.writeTextFile(join(home, file), "secret");
    }
    await Deno.writeTextFile(join(home, "plain"), "plain");
    await using runner = await startSandboxed({
      env: { HOME: home },
      hidden: [join(home, "extra"), join(home, "missing")],
    });
    if (!runner) return;
    await Deno.writeTextFile(join(runner.stateDir, "state.json"), "secret");
    const seen = await run(
      runner,
      `cat ~/.ssh/* ~/.aws/* ~/.config/gh/* ~/.netrc ~/extra ~/plain ${runner.stateDir}/* 2>/dev/null`,
    );
    assert(!seen.includes("secret"), seen);
    assertStringIncludes(seen, "plain");
    assertEquals(await run(runner, `echo x > ~/.ssh/authorized_keys; true`), "0");
    assertEquals(await exists(join(home, ".ssh/authorized_keys")), false);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("without network a sandbox reaches nothing, and its own loopback only", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => new Response("reached"));
  try {
    const ask = `exec 3<>/dev/tcp/127.0.0.1/${server.addr.port} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3`;
    await using offline = await startSandboxed({ network: false });
    if (!offline) return;
    assertStringIncludes(await run(offline, ask), "refused");
    await using online = await startRunner({ network: true });
    assertStringIncludes(await run(online, ask), "reached");
  } finally {
    await server.shutdown();
  }
});
