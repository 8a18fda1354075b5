/** `opta models`, `opta status` and the routes behind them, with the real daemon and a fake LMX. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { freePort } from "./support/free_port.ts";
import { Opta, outcomeOf } from "./support/opta.ts";
import { type FakeModel, startFakeModel } from "./support/start_fake_model.ts";

const GIB = 1024 ** 3;
const QWEN = "mlx-community/Qwen3-8B-4bit";
const LLAMA = "mlx-community/Llama-3-8B";

const two = {
  models: [
    { id: QWEN, state: "loaded", size_bytes: 5 * GIB, context_length: 32_768 },
    { id: LLAMA, state: "available", size_bytes: 4 * GIB },
  ],
} as const;
const startLmx = (options: Parameters<typeof startFakeModel>[0] = {}) =>
  startFakeModel({ models: [...two.models], ...options });

const optaWith = (fake: { host: string; port: number }, env: Record<string, string> = {}) =>
  Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port), NO_COLOR: "1", ...env });

/** The one document of a command that succeeds. */
async function json(opta: Opta, ...words: string[]) {
  const { code, stdout, stderr } = await opta.run([...words, "--json"]);
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout);
}

/** A request to the daemon that runs, as any client makes it. */
async function ask(opta: Opta, method: string, path: string, body?: unknown) {
  const { host, port, token } = JSON.parse(await Deno.readTextFile(join(opta.home, "daemon", "state.json")));
  const response = await fetch(`http://${host}:${port}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

const statesOf = (report: { models: { id: string; state: string | null }[] }) =>
  report.models.map(({ id, state }) => `${id} ${state}`);

Deno.test("the /v3/lmx routes answer in the shapes that earlier clients read", async () => {
  await using fake = await startLmx();
  await using opta = await optaWith(fake);
  await opta.run(["daemon", "start"]);
  assertEquals(await ask(opta, "GET", "/v3/lmx/status"), {
    status: 200,
    body: {
      status: "ok",
      version: "0.9.0",
      uptime_seconds: 3_661.5,
      models: [{ model_id: QWEN, status: "loaded" }],
      memory: { used_bytes: 5 * GIB, total_bytes: 64 * GIB, threshold: 90 },
    },
  });
  assertEquals((await ask(opta, "GET", "/v3/lmx/models")).body, {
    models: [{
      model_id: QWEN,
      status: "loaded",
      memory_bytes: 5 * GIB,
      context_length: 32_768,
      loaded_at: "2023-11-14T22:13:20.000Z",
      request_count: 7,
    }],
  });
  const available = (await ask(opta, "GET", "/v3/lmx/models/available")).body;
  assertEquals(available[1], {
    model_id: LLAMA,
    repo_id: LLAMA,
    local_path: `/models/${LLAMA}`,
    size_bytes: 4 * GIB,
    downloaded_at: 1_700_000_000.5,
  });
  assertEquals((await ask(opta, "GET", "/v3/lmx/memory")).body, {
    total_unified_memory_gb: 64,
    used_gb: 5,
    available_gb: 59,
    threshold_percent: 90,
    models: { [QWEN]: { memory_gb: 5, loaded: true } },
  });
  assertEquals((await ask(opta, "POST", "/v3/lmx/models/load", { modelId: LLAMA })).body, {
    model_id: LLAMA,
    status: "loaded",
    memory_bytes: 4 * GIB,
    load_time_seconds: 1.5,
  });
  assertEquals((await ask(opta, "POST", "/v3/lmx/models/unload", { modelId: LLAMA })).body, {
    model_id: LLAMA,
    status: "unloaded",
    freed_bytes: 4 * GIB,
  });
  assertEquals(await ask(opta, "DELETE", `/v3/lmx/models/${encodeURIComponent(LLAMA)}`), {
    status: 200,
    body: { modelId: LLAMA, freedBytes: 4 * GIB },
  });
});

Deno.test("POST /v3/lmx/models/load says when a model needs a download first", async () => {
  await using fake = await startLmx();
  await using opta = await optaWith(fake);
  await opta.run(["daemon", "start"]);
  assertEquals((await ask(opta, "POST", "/v3/lmx/models/load", { modelId: "a/new" })).body, {
    model_id: "a/new",
    status: "download_required",
    confirmation_token: "dl-token",
    message: "Model not found locally. Confirm download?",
    confirm_url: "/admin/models/load/confirm",
  });
});

Deno.test("a download is followed by its id, in both ways of writing keys", async () => {
  await using fake = await startLmx();
  await using opta = await optaWith(fake);
  await opta.run(["daemon", "start"]);
  const begun = (await ask(opta, "POST", "/v3/lmx/models/download", { repoId: "a/new" })).body;
  assertEquals(begun, {
    download_id: "dl-1",
    repo_id: "a/new",
    estimated_size_bytes: 4 * GIB,
    status: "downloading",
  });
  const { body } = await ask(opta, "GET", "/v3/lmx/models/download/dl-1/progress");
  assertEquals([body.status, body.downloaded_bytes, body.downloadedBytes], ["downloading", GIB, GIB]);
  assertEquals([body.progress_percent, body.progressPercent, body.filesTotal], [25, 25, 2]);
});

Deno.test("the /v3/lmx routes say what a client did wrong", async () => {
  await using fake = await startLmx();
  await using opta = await optaWith(fake);
  await opta.run(["daemon", "start"]);
  const codeOf = async (...args: [method: string, path: string, body?: unknown]) => {
    const { status, body } = await ask(opta, ...args);
    return `${status} ${body.error.code}`;
  };
  assertEquals(await codeOf("POST", "/v3/lmx/models/load", {}), "400 invalid_request");
  assertEquals(await codeOf("POST", "/v3/lmx/models/download", { repoId: " " }), "400 invalid_request");
  assertEquals(await codeOf("GET", "/v3/lmx/models/download/dl-9/progress"), "404 not_found");
  assertEquals(await codeOf("GET", "/v3/lmx/models/download/%2e%2e/progress"), "404 not_found");
  assertEquals(await codeOf("DELETE", `/v3/lmx/models/a%2F..%2Fb`), "404 not_found");
  assertEquals(await codeOf("DELETE", `/v3/lmx/models/${encodeURIComponent(QWEN)}`), "409 lmx_refused");
});

Deno.test("opta models list shows what is loaded, on disk, default and in use", async () => {
  await using fake = await startLmx();
  await using opta = await optaWith(fake, { OPTA_MODEL: LLAMA });
  const { code, stdout, stderr } = await opta.run(["models", "list"]);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(
    stdout,
    `MODEL                        STATE    CONTEXT  SIZE
${QWEN}  loaded   32,768   5.0 GiB
${LLAMA}     on disk           4.0 GiB  default, in use
`,
  );
  const report = await json(opta, "models", "list");
  assertEquals([report.isLmx, report.server], [true, `${fake.host}:${fake.port}`]);
  assertEquals(statesOf(report), [`${QWEN} loaded`, `${LLAMA} available`]);
});

Deno.test("opta models list works with a server that is no LMX; the others say that they do not", async () => {
  await using fake = await startLmx({ lmx: false });
  await using opta = await optaWith(fake);
  const report = await json(opta, "models", "list");
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
  assertEquals(statesOf(await json(opta, "models", "list")), ["opta-demo loaded"]);
  const { code, stderr } = await opta.run(["models", "load", "x"]);
  assertEquals(code, 3);
  assertStringIncludes(stderr, "opta config set connection.host");
});

Deno.test("opta models exits with 3 when the model server cannot be reached", async () => {
  await using opta = await optaWith({ host: "127.0.0.1", port: freePort() });
  for (const words of [["list"], ["load", "x"], ["download", "a/b"], ["delete", "x", "--yes"]]) {
    const { code, stdout, stderr } = await opta.run(["models", ...words, "--json"]);
    assertEquals([code, stdout], [3, ""], words.join(" "));
    assertStringIncludes(stderr, "Cannot reach the model server at 127.0.0.1:");
  }
});

Deno.test("opta models load and unload change what the next turn gets", async () => {
  await using fake = await startLmx();
  await fake.script({ tokens: ["hi"] });
  await using opta = await optaWith(fake);
  const modelOf = async () => (await json(opta, "do", "-f", "json", "hello")).model;
  assertEquals(await modelOf(), QWEN);
  const loaded = await opta.run(["models", "load", "llama-3-8b"]);
  assertEquals([loaded.code, loaded.stdout], [0, `Loaded ${LLAMA} (1.5 s, 4.0 GiB)\n`]);
  assertEquals((await opta.run(["models", "unload", QWEN])).stdout, `Unloaded ${QWEN}, 5.0 GiB freed\n`);
  assertEquals(await modelOf(), LLAMA);
  assertEquals(statesOf(await json(opta, "models", "list")), [`${LLAMA} loaded`, `${QWEN} available`]);
});

Deno.test("opta models names what may be meant, and exits with 2", async () => {
  await using fake = await startLmx();
  await using opta = await optaWith(fake);
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
  await using opta = await optaWith(fake);
  const { stdout } = await opta.run(["models", "info", QWEN]);
  for (const row of [/^State +loaded$/m, /^Context +32,768 tokens$/m, /^Memory +5\.0 GiB$/m, /^Use +in use$/m]) {
    assertMatch(stdout, row);
  }
  assertEquals((await json(opta, "models", "info", LLAMA)).sizeBytes, 4 * GIB);
});

Deno.test("opta models use sets the default, which the next daemon takes", async () => {
  await using fake = await startLmx();
  await using opta = await optaWith(fake);
  assertEquals(await json(opta, "models", "use", "any/name"), { model: "any/name", needsRestart: false });
  await opta.run(["daemon", "start"]);
  const used = await opta.run(["models", "use", "llama-3-8b"]);
  assertEquals([used.code, used.stdout], [0, `The default model is ${LLAMA}\n`]);
  assertStringIncludes(used.stderr, '"opta daemon restart"');
  await opta.run(["daemon", "restart"]);
  assertEquals((await json(opta, "status")).model.model, LLAMA);
  assertStringIncludes((await opta.run(["models", "use", "preset:fast"])).stderr, "taken at its word");
});

Deno.test("a wrong or missing admin key is named, and never shown", async () => {
  await using fake = await startLmx({ admin: { key: "right-key" } });
  await using without = await optaWith(fake);
  const missing = await without.run(["models", "load", QWEN]);
  assertEquals(missing.code, 1);
  assertStringIncludes(missing.stderr, "wants an admin key (HTTP 403)");
  assertStringIncludes(missing.stderr, "connection.adminKey");
  assertStringIncludes(missing.stderr, "OPTA_LMX_ADMIN_KEY");
  const list = await without.run(["models", "list"]);
  assertEquals(list.code, 0);
  assertStringIncludes(list.stdout, QWEN);
  assertStringIncludes(list.stderr, "wants an admin key");

  await using wrong = await optaWith(fake, { OPTA_LMX_ADMIN_KEY: "wrong-key-1234" });
  const refused = await wrong.run(["models", "unload", QWEN]);
  assertEquals(refused.code, 1);
  assertStringIncludes(refused.stderr, "refused the admin key");
  assert(!refused.stderr.includes("wrong-key-1234"));

  await using right = await optaWith(fake, { OPTA_LMX_ADMIN_KEY: "right-key" });
  assertEquals((await right.run(["models", "unload", QWEN])).code, 0);
});

Deno.test("a load that LMX refuses fails with its reason", async () => {
  const loadFailure = { status: 507, message: "Needs 40 GB, 12 GB are free.", code: "insufficient_memory" };
  await using fake = await startLmx({ admin: { loadFailure } });
  await using opta = await optaWith(fake);
  const { code, stdout, stderr } = await opta.run(["models", "load", LLAMA]);
  assertEquals([code, stdout], [1, ""]);
  assertStringIncludes(stderr, "refused (HTTP 507): Needs 40 GB, 12 GB are free.");
});

Deno.test("opta models download reports to a pipe in lines, and prints one document", async () => {
  await using fake = await startLmx();
  await using opta = await optaWith(fake);
  const { code, stdout, stderr } = await opta.run(["models", "download", "a/new", "--json"]);
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout).status, "completed");
  assertMatch(stderr, /^opta: Downloading a\/new: 0:00\n/);
  assert(!stderr.includes("\r") && !stderr.includes("\x1b"), stderr);
  assertEquals(statesOf(await json(opta, "models", "list")).at(-1), `${LLAMA} available`);
});

Deno.test("opta models download draws a bar in a terminal and leaves no trace of it", async () => {
  await using fake = await startLmx({ admin: { holdDownloads: true } });
  await using opta = await optaWith(fake);
  await using terminal = opta.terminal(["models", "download", "a/new"], { columns: 120, env: { CI: "" } });
  await terminal.until(/Downloading a\/new  \[> +\]  0%/);
  await fake.lmx({ downloaded: 2 * GIB });
  await terminal.until(/\[=+> +\]  50%  2\.0 GiB of 4\.0 GiB  [\d.]+ [KMG]iB\/s  ETA [\d:]+/);
  await fake.lmx({ downloaded: 4 * GIB });
  assertEquals(await terminal.exit(), 0);
  assertEquals(terminal.text, "Downloaded a/new (4.0 GiB)");
});

Deno.test("Ctrl-C ends the looking at a download, and says that the server goes on", async () => {
  await using fake = await startLmx({ admin: { holdDownloads: true } });
  await using opta = await optaWith(fake);
  await using terminal = opta.terminal(["models", "download", "a/new"], { columns: 120, env: { CI: "" } });
  await terminal.until("0%");
  terminal.type("\x03");
  assertEquals(await terminal.exit(), 130);
  assertStringIncludes(terminal.text, "The server goes on downloading a/new");
  await fake.lmx({ downloaded: 4 * GIB });
  assertStringIncludes(statesOf(await json(opta, "models", "list")).join(), "a/new available");
});

Deno.test("a download that fails says why", async () => {
  await using fake = await startLmx({ admin: { holdDownloads: true } });
  await using opta = await optaWith(fake);
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
    const begun = await ask(opta, "GET", "/v3/lmx/models/download/dl-1/progress").catch(() => null); // no daemon yet
    if (begun?.status === 200) return;
    if (performance.now() > deadline) throw new Error(`No download came to ${fake.url}`);
  }
}

Deno.test("opta models load shows that it goes on, and downloads first when it may", async () => {
  await using fake = await startLmx({ admin: { holdLoads: true } });
  await using opta = await optaWith(fake);
  await using terminal = opta.terminal(["models", "load", "a/new", "--download"], { columns: 120, env: { CI: "" } });
  await terminal.until("Downloading a/new");
  await terminal.until(/Loading a\/new  \[ *=== *\]  0:0\d/);
  await fake.lmx({ release: 1 });
  assertEquals(await terminal.exit(), 0);
  assertEquals(terminal.text, "Loaded a/new (1.5 s, 4.0 GiB)");
});

Deno.test("opta models delete asks in a terminal, and needs --yes without one", async () => {
  await using fake = await startLmx();
  await using opta = await optaWith(fake);
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
  assertEquals(statesOf(await json(opta, "models", "list")), [`${QWEN} loaded`]);
});

Deno.test("--device means that server, or says that the running daemon uses another", async () => {
  await using fake = await startLmx();
  await using opta = await Opta.create({ OPTA_PROVIDER: "auto" });
  const device = ["--device", `${fake.host}:${fake.port}`];
  assertEquals((await json(opta, "models", "list", ...device)).server, `${fake.host}:${fake.port}`);
  const other = await opta.run(["models", "load", QWEN, "--device", "127.0.0.1:9"]);
  assertEquals(other.code, 1);
  assertStringIncludes(other.stderr, '"opta daemon restart --device 127.0.0.1:9"');
});

Deno.test("opta status without a daemon says so, starts none, and exits with 4", async () => {
  await using opta = await Opta.create();
  const { code, stdout } = await opta.run(["status"]);
  assertEquals(code, 4);
  assertMatch(stdout, /^Daemon +not running/);
  const document = await opta.run(["status", "--json"]);
  assertEquals([document.code, JSON.parse(document.stdout).daemon.running], [4, false]);
});

Deno.test("opta status shows the daemon, its LMX, the model and the traffic", async () => {
  await using fake = await startLmx();
  await using opta = await optaWith(fake);
  await opta.run(["daemon", "start"]);
  const { code, stdout } = await opta.run(["status"]);
  assertEquals(code, 0);
  for (
    const row of [
      /^Daemon +running at http:\/\/127\.0\.0\.1:\d+ \(pid \d+, version [\d.]+, up /m,
      /^Model server +127\.0\.0\.1:\d+, Opta LMX 0\.9\.0, up 1 h 1 min$/m,
      /^Loaded +mlx-community\/Qwen3-8B-4bit$/m,
      /^LMX memory +5\.0 GiB of 64\.0 GiB used$/m,
      /^Model +mlx-community\/Qwen3-8B-4bit \(lmx, ws\): /m,
      /^Sessions +0, turns running 0, waiting 0$/m,
    ]
  ) assertMatch(stdout, row);
  const report = await json(opta, "status");
  assertEquals(report.modelServer.configured, `${fake.host}:${fake.port}`);
  assertEquals([report.modelServer.reachable, report.modelServer.lmx.version], [true, "0.9.0"]);
  assertEquals(Object.keys(report.traffic).toSorted(), ["fallbacks", "requests", "retries"]);
});

Deno.test("opta status exits with 3 when the configured server is not there, and with 0 when none is", async () => {
  await using gone = await optaWith({ host: "127.0.0.1", port: freePort() });
  await gone.run(["daemon", "start"]);
  const { code, stdout } = await gone.run(["status"]);
  assertEquals(code, 3);
  assertMatch(stdout, /^Model server +127\.0\.0\.1:\d+, not reachable: Cannot reach/m);
  assertEquals((await gone.run(["status", "--json"])).code, 3);

  await using demo = await Opta.create();
  await demo.run(["daemon", "start"]);
  const none = await demo.run(["status"]);
  assertEquals(none.code, 0);
  assertMatch(none.stdout, /^Model server +none: the built-in demo answers$/m);
});
