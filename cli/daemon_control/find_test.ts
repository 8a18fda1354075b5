import { type StateFile, stateFiles } from "@opta/protocol";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CliError } from "../exit.ts";
import { endpointSource } from "./endpoint.ts";
import { findDaemon } from "./find.ts";
import { startDaemon } from "./start.ts";
import { TestHome } from "./testdata/test_home.ts";

const state: StateFile = {
  pid: 4_000_000,
  daemonId: "the-one",
  host: "127.0.0.1",
  port: 1,
  token: "t".repeat(43),
  startedAt: "2026-01-01T00:00:00.000Z",
  logsPath: "/dev/null",
  version: "0.0.1",
};

async function withStateFile(text: string, test: (stateDir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${dir}/${stateFiles.state}`, text);
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Finds what a server that answers like this makes of the state file. */
async function findAt(answer: () => Response): Promise<Awaited<ReturnType<typeof findDaemon>>> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  try {
    let found: Awaited<ReturnType<typeof findDaemon>> | undefined;
    await withStateFile(JSON.stringify({ ...state, port: server.addr.port }), async (dir) => {
      found = await findDaemon(dir);
    });
    return found!;
  } finally {
    await server.shutdown();
  }
}

function reasonOf(found: Awaited<ReturnType<typeof findDaemon>>): string {
  return found.kind === "absent" ? found.reason : `found ${found.kind}`;
}

Deno.test("findDaemon() finds nothing without a state file", async () => {
  assertStringIncludes(reasonOf(await findDaemon("/nonexistent")), "no state file");
});

for (const text of ["", "{", "[]", '{"pid":1}', JSON.stringify({ ...state, port: 0 })]) {
  Deno.test(`findDaemon() takes the damaged state file ${JSON.stringify(text).slice(0, 30)} for no daemon`, () =>
    withStateFile(text, async (dir) => {
      assertStringIncludes(reasonOf(await findDaemon(dir)), "damaged");
    }));
}

Deno.test("findDaemon() does not hear out an answer without an end", async () => {
  const cancelled = Promise.withResolvers<void>();
  const found = await findAt(() =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024).fill(0x20)),
        cancel: () => cancelled.resolve(),
      }),
    )
  );
  assertStringIncludes(reasonOf(found), "answered by something else");
  await cancelled.promise;
});

Deno.test("findDaemon() takes a state file whose port nobody answers for no daemon", () =>
  withStateFile(JSON.stringify(state), async (dir) => {
    assertStringIncludes(reasonOf(await findDaemon(dir)), "cannot be reached");
  }));

Deno.test("findDaemon() takes a port that something else has by now for no daemon", async () => {
  const others = [
    () => new Response("<html>"),
    () => new Response("no", { status: 500 }),
    () => Response.json({ daemonId: "another", version: "1", contract: { name: "opta-daemon-v3", version: 1 } }),
  ];
  for (const answer of others) assertStringIncludes(reasonOf(await findAt(answer)), "something else");
  const redirect = () => new Response(null, { status: 302, headers: { location: "http://192.0.2.1/" } });
  assertStringIncludes(reasonOf(await findAt(redirect)), "cannot be reached");
});

Deno.test("findDaemon() tells a daemon of another contract from none", async () => {
  const found = await findAt(() =>
    Response.json({ daemonId: "the-one", version: "1", contract: { name: "opta-daemon-v3", version: 2 } })
  );
  assertEquals(found.kind, "mismatch");
  const strange = await findAt(() =>
    Response.json({ daemonId: "the-one", version: "1", contract: { name: "opta-daemon-v3", version: 1 } })
  );
  assertEquals(strange.kind, "mismatch");
});

/** Of a release whose state file is another: there is no token in it. */
const { token: _, ...laterState } = { ...state, version: "99.0.0", protocol: { ways: ["socket"] } };

Deno.test("findDaemon() tells a living daemon whose state file a later release wrote from none, and leaves its file", async () => {
  const health = { daemonId: "the-one", version: "99.0.0", contract: { name: "opta-daemon-v3", version: 1 } };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => Response.json(health));
  try {
    const text = JSON.stringify({ ...laterState, port: server.addr.port });
    await withStateFile(text, async (dir) => {
      const found = await findDaemon(dir);
      assertEquals(found.kind === "mismatch" && found.daemonIs, "newer");
      assertStringIncludes(found.kind === "mismatch" ? found.problem : "", "written by opta 99.0.0");
      assertStringIncludes(found.kind === "mismatch" ? found.problem : "", "upgrade opta");
      assertEquals(await Deno.readTextFile(`${dir}/${stateFiles.state}`), text);
    });
  } finally {
    await server.shutdown();
  }
});

Deno.test("findDaemon() takes the state file of a later release whose daemon is gone for no daemon", async () => {
  await withStateFile(JSON.stringify(laterState), async (dir) => {
    assertStringIncludes(reasonOf(await findDaemon(dir)), "cannot be reached");
  });
  await withStateFile(JSON.stringify({ version: "99.0.0", where: "elsewhere" }), async (dir) => {
    assertStringIncludes(reasonOf(await findDaemon(dir)), "written by opta 99.0.0");
  });
});

Deno.test("endpointSource() says which side to upgrade when a daemon of another contract has taken the place", async () => {
  const health = { daemonId: "the-one", version: "99.0.0", contract: { name: "opta-daemon-v4", version: 1 } };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => Response.json(health));
  try {
    await withStateFile(JSON.stringify({ ...state, version: "99.0.0", port: server.addr.port }), async (dir) => {
      const asking = () => endpointSource(dir)(new AbortController().signal);
      assertEquals((await assertRejects(asking, CliError, "upgrade opta to 99.0.0")).exitCode, 4);
    });
  } finally {
    await server.shutdown();
  }
});

Deno.test("findDaemon() sends no token before it knows who answers", async () => {
  let headers = new Headers();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    headers = request.headers;
    return new Response();
  });
  try {
    await withStateFile(JSON.stringify({ ...state, port: server.addr.port }), async (dir) => {
      await findDaemon(dir);
    });
  } finally {
    await server.shutdown();
  }
  assertEquals([...headers.values()].some((value) => value.includes(state.token)), false);
});

for (const damage of ["{ not json", null]) {
  Deno.test(`findDaemon() repairs a state file that was ${damage ? "damaged" : "removed"} under a living daemon`, async () => {
    await using home = await TestHome.create();
    const { stateDir } = home.paths;
    const { daemon } = await startDaemon(home.fakeDaemon());
    const path = `${stateDir}/${stateFiles.state}`;
    await (damage ? Deno.writeTextFile(path, damage) : Deno.remove(path));
    const found = await findDaemon(stateDir);
    assertEquals(found.kind === "running" && found.state, daemon.state);
    assertEquals(JSON.parse(await Deno.readTextFile(path)), daemon.state);
    await Deno.remove(path);
    assertEquals((await endpointSource(stateDir)(new AbortController().signal)).token, daemon.state.token);
  });
}

Deno.test("endpointSource() follows a daemon that restarts, and says so when there is none", async () => {
  await using home = await TestHome.create();
  const source = endpointSource(home.paths.stateDir);
  const { signal } = new AbortController();
  await assertRejects(() => source(signal), CliError, "opta daemon start");
  const first = await startDaemon(home.fakeDaemon());
  assertStringIncludes((await source(signal)).baseUrl, `:${first.daemon.state.port}`);
  Deno.kill(first.daemon.state.pid, "SIGKILL");
  while ((await findDaemon(home.paths.stateDir)).kind !== "absent");
  const second = await startDaemon(home.fakeDaemon());
  assertEquals(await source(signal), {
    baseUrl: `http://127.0.0.1:${second.daemon.state.port}`,
    token: second.daemon.state.token,
  });
});
