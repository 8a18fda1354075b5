/** `opta models` with the real daemon and a fake LMX. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { freePort } from "./support/free_port.ts";
import { askDaemon, GIB, jsonOf, LLAMA, optaAt, QWEN, startLmx } from "./support/lmx_machine.ts";
import { Opta, outcomeOf } from "./support/opta.ts";
import type { FakeModel } from "./support/start_fake_model.ts";

const statesOf = (report: { models: { id: string; state: string | null }[] }) =>
  report.models.map(({ id, state }) => `${id} ${state}`);

Deno.test("opta models list shows what is loaded, on disk, default and in use", async () => {
  await using fake = await startLmx();
  await using opta = await optaAt(fake, { OPTA_MODEL: LLAMA });
  const { code, stdout, stderr } = await opta.run(["models", "list"]);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(
    stdout,
    `MODEL                        STATE    CONTEXT  SIZE
${QWEN}  loaded   32,768   5.0 GiB
${LLAMA}     on disk           4.0 GiB  default, in use
`,
  );
  const report = await jsonOf(opta, "models", "list");
  assertEquals([report.isLmx, report.server], [true, `${fake.host}:${fake.port}`]);
  assertEquals(statesOf(report), [`${QWEN} loaded`, `${LLAMA} available`]);
});

Deno.test("opta models list works with a server that is no LMX; the others say that they do not", async () => {
  await using fake = await startLmx({ lmx: false });
  await using opta = await optaAt(fake);
  const report = await jsonOf(opta, "models", "list");
  assertEquals([report.isLmx, report.problem], [false, null]);
  assertEquals(statesOf(report), [`${QWEN} loaded`, `${LLAMA} available`]);
  for (const words of [["load", QWEN], ["unload", QWEN], ["download", "a/b"], ["delete", QWEN]]) {
    const { code, stdout, stderr } = await opta.run(["models", ...words]);
    assertEquals([code, stdout], [1, ""], words.join(" "));
    assertStringIncludes(
      stderr,
      `The model server at ${fake.host}:${fake.port} is not an Opta LMX: it has no /admin API`,
    );
  }
});

Deno.test("opta models list lists the demo; loading needs a server", async () => {
  await using opta = await Opta.create();
  assertEquals(statesOf(await jsonOf(opta, "models", "list")), ["opta-demo loaded"]);
  const { code, stderr } = await opta.run(["models", "load", "x"]);
  assertEquals(code, 3);
  assertStringIncludes(stderr, "opta config set connection.host");
});

Deno.test("opta models exits with 3 when the model server cannot be reached", async () => {
  await using opta = await optaAt({ host: "127.0.0.1", port: freePort() });
  for (const words of [["list"], ["load", "x"], ["download", "a/b"], ["delete", "x", "--yes"]]) {
    const { code, stdout, stderr } = await opta.run(["models", ...words, "--json"]);
    assertEquals([code, stdout], [3, ""], words.join(" "));
    assertStringIncludes(stderr, "Cannot reach the model server at 127.0.0.1:");
  }
});

Deno.test("opta models load and unload change what the next turn gets", async () => {
  await using fake = await startLmx();
  await fake.script({ tokens: ["hi"] });
  await using opta = await optaAt(fake);
  const modelOf = async () => JSON.parse((await opta.run(["do", "-f", "json", "hello"])).stdout).model;
  assertEquals(await modelOf(), QWEN);
  const loaded = await opta.run(["models", "load", "llama-3-8b"]);
  assertEquals([loaded.code, loaded.stdout], [0, `Loaded ${LLAMA} (1.5 s, 4.0 GiB)\n`]);
  assertEquals((await opta.run(["models", "unload", QWEN])).stdout, `Unloaded ${QWEN}, 5.0 GiB freed\n`);
  assertEquals(await modelOf(), LLAMA);
  assertEquals(statesOf(await jsonOf(opta, "models", "list")), [`${LLAMA} loaded`, `${QWEN} available`]);
});

Deno.test("opta models names what may be meant, and exits with 2", async () => {
  await using fake = await startLmx();
  await using opta = await optaAt(fake);
  for (const words of [["load", "Qwen3-8B-4bt"], ["info", "mlx-comunity/Qwen3-8B-4bit"], ["use", "qwen3-8b-4bi"]]) {
    const { code, stderr } = await opta.run(["models", ...words]);
    assertEquals(code, 2, words.join(" "));
    assertStringIncludes(stderr, `did you mean ${QWEN}?`);
  }
  const unknown = await opta.run(["models", "load", "another/model"]);
  assertEquals(unknown.code, 2);
  assertStringIncludes(unknown.stderr, '"opta models load another/model --download"');
});

Deno.test("opta models info tells what is known of one model", async () => {
  await using fake = await startLmx();
  await using opta = await optaAt(fake);
  const { stdout } = await opta.run(["models", "info", QWEN]);
  for (const row of [/^State +loaded$/m, /^Context +32,768 tokens$/m, /^Memory +5\.0 GiB$/m, /^Use +in use$/m]) {
    assertMatch(stdout, row);
  }
  assertEquals((await jsonOf(opta, "models", "info", LLAMA)).sizeBytes, 4 * GIB);
});

Deno.test("opta models use sets the default, which the next daemon takes", async () => {
  await using fake = await startLmx();
  await using opta = await optaAt(fake);
  assertEquals(await jsonOf(opta, "models", "use", "any/name"), { model: "any/name", needsRestart: false });
  await opta.run(["daemon", "start"]);
  const used = await opta.run(["models", "use", "llama-3-8b"]);
  assertEquals([used.code, used.stdout], [0, `The default model is ${LLAMA}\n`]);
  assertStringIncludes(used.stderr, '"opta daemon restart"');
  await opta.run(["daemon", "restart"]);
  assertEquals((await jsonOf(opta, "status")).model.model, LLAMA);
  assertStringIncludes((await opta.run(["models", "use", "preset:fast"])).stderr, "taken at its word");
});

Deno.test("a wrong or missing admin key is named, and never shown", async () => {
  await using fake = await startLmx({ admin: { key: "right-key" } });
  await using without = await optaAt(fake);
  const missing = await without.run(["models", "load", QWEN]);
  assertEquals(missing.code, 1);
  assertStringIncludes(missing.stderr, "wants an admin key (HTTP 403)");
  assertStringIncludes(missing.stderr, "connection.adminKey");
  assertStringIncludes(missing.stderr, "OPTA_LMX_ADMIN_KEY");
  const list = await without.run(["models", "list"]);
  assertEquals(list.code, 0);
  assertStringIncludes(list.stdout, QWEN);
  assertStringIncludes(list.stderr, "wants an admin key");

  await using wrong = await optaAt(fake, { OPTA_LMX_ADMIN_KEY: "wrong-key-1234" });
  const refused = await wrong.run(["models", "unload", QWEN]);
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.stderr, "refused the admin key");
  assert(!refused.stderr.includes("wrong-key-1234"));

  await using right = await optaAt(fake, { OPTA_LMX_ADMIN_KEY: "right-key" });
  assertEquals((await right.run(["models", "unload", QWEN])).code, 0);
});

Deno.test("a load that LMX refuses fails with its reason", async () => {
  const loadFailure = { status: 507, message: "Needs 40 GB, 12 GB are free.", code: "insufficient_memory" };
  await using fake = await startLmx({ admin: { loadFailure } });
  await using opta = await optaAt(fake);
  const { code, stdout, stderr } = await opta.run(["models", "load", LLAMA]);
  assertEquals([code, stdout], [1, ""]);
  assertStringIncludes(stderr, "refused (HTTP 507): Needs 40 GB, 12 GB are free.");
});

Deno.test("opta models download reports to a pipe in lines, and prints one document", async () => {
  await using fake = await startLmx();
  await using opta = await optaAt(fake);
  const { code, stdout, stderr } = await opta.run(["models", "download", "a/new", "--json"]);
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout).status, "completed");
  assertMatch(stderr, /^opta: Downloading a\/new: 0:00\n/);
  assert(!stderr.includes("\r") && !stderr.includes("\x1b"), stderr);
  assertEquals(statesOf(await jsonOf(opta, "models", "list")).at(-1), `${LLAMA} available`);
});

Deno.test("opta models download draws a bar in a terminal and leaves no trace of it", async () => {
  await using fake = await startLmx({ admin: { holdDownloads: true } });
  await using opta = await optaAt(fake);
  await using terminal = opta.terminal(["models", "download", "a/new"], { columns: 120, env: { CI: "" } });
  await terminal.until(/Downloading a\/new +\[> +\] +0%/);
  await fake.lmx({ downloaded: 2 * GIB });
  await terminal.until(/\[=+> +\] +50% +2\.0 GiB of 4\.0 GiB +[\d.]+ [KMG]iB\/s +ETA [\d:]+/);
  await fake.lmx({ downloaded: 4 * GIB });
  assertEquals(await terminal.exit(), 0);
  assertEquals(terminal.text, "Downloaded a/new (4.0 GiB)");
});

Deno.test("Ctrl-C ends the looking at a download, and says that the server goes on", async () => {
  await using fake = await startLmx({ admin: { holdDownloads: true } });
  await using opta = await optaAt(fake);
  await using terminal = opta.terminal(["models", "download", "a/new"], { columns: 120, env: { CI: "" } });
  await terminal.until("0%");
  terminal.type("\x03");
  assertEquals(await terminal.exit(), 130);
  assertStringIncludes(terminal.text, "The server goes on downloading a/new");
  await fake.lmx({ downloaded: 4 * GIB });
  assertStringIncludes(statesOf(await jsonOf(opta, "models", "list")).join(), "a/new available");
});

Deno.test("a download that fails says why", async () => {
  await using fake = await startLmx({ admin: { holdDownloads: true } });
  await using opta = await optaAt(fake);
  const child = opta.spawn(["models", "download", "a/new"]);
  const outcome = outcomeOf(child);
  await untilDownloads(fake, opta);
  await fake.lmx({ error: "No space left on device" });
  const { code, stderr } = await outcome;
  assertEquals(code, 1);
  assertStringIncludes(stderr, "The download of a/new failed: No space left on device");
});

/** Waits until the command has begun its download. */
async function untilDownloads(fake: FakeModel, opta: Opta): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const begun = await askDaemon(opta, "GET", "/v3/lmx/models/download/dl-1/progress").catch(() => null); // no daemon yet
    if (begun?.status === 200) return;
    if (performance.now() > deadline) throw new Error(`No download came to ${fake.url}`);
  }
}

Deno.test("opta models load shows that it goes on, and downloads first when it may", async () => {
  await using fake = await startLmx({ admin: { holdLoads: true, holdDownloads: true } });
  await using opta = await optaAt(fake);
  await using terminal = opta.terminal(["models", "load", "a/new", "--download"], { columns: 120, env: { CI: "" } });
  await terminal.until("Downloading a/new");
  await fake.lmx({ downloaded: 4 * GIB });
  await terminal.until(/Loading a\/new +\[ *=== *\] +0:\d\d/);
  await fake.lmx({ release: 1 });
  assertEquals(await terminal.exit(), 0);
  assertEquals(terminal.text, "Loaded a/new (1.5 s, 4.0 GiB)");
});

Deno.test("opta models delete asks in a terminal, and needs --yes without one", async () => {
  await using fake = await startLmx();
  await using opta = await optaAt(fake);
  const refused = await opta.run(["models", "delete", LLAMA]);
  assertEquals([refused.code, refused.stdout], [2, ""]);
  assertStringIncludes(refused.stderr, "--yes");
  await using no = opta.terminal(["models", "delete", LLAMA], { columns: 120 });
  await no.until(`Delete ${LLAMA} (4.0 GiB) from the disk of ${fake.host}:${fake.port}? [y/N]`);
  no.type("n\r");
  assertEquals(await no.exit(), 130);
  await using yes = opta.terminal(["models", "delete", LLAMA], { columns: 120 });
  await yes.until("[y/N]");
  yes.type("y\r");
  assertEquals(await yes.exit(), 0);
  const inUse = await opta.run(["models", "delete", QWEN, "--yes"]);
  assertEquals(inUse.code, 1);
  assertStringIncludes(inUse.stderr, "Unload it before deleting");
  assertEquals(statesOf(await jsonOf(opta, "models", "list")), [`${QWEN} loaded`]);
});

Deno.test("--device means that server, or says that the running daemon uses another", async () => {
  await using fake = await startLmx();
  await using opta = await Opta.create({ OPTA_PROVIDER: "auto" });
  const device = ["--device", `${fake.host}:${fake.port}`];
  assertEquals((await jsonOf(opta, "models", "list", ...device)).server, `${fake.host}:${fake.port}`);
  const other = await opta.run(["models", "load", QWEN, "--device", "127.0.0.1:9"]);
  assertEquals(other.code, 1);
  assertStringIncludes(other.stderr, '"opta daemon restart --device 127.0.0.1:9"');
});
