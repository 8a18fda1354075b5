import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { discover, DiscoveryError } from "./discover.ts";

const state = {
  pid: 1,
  daemonId: "d1",
  host: "127.0.0.1",
  port: 9999,
  token: "t".repeat(43),
  startedAt: "2026-01-01T00:00:00.000Z",
  logsPath: "",
  version: "0.6.0",
};
const { signal } = new AbortController();

/** Runs with Opta's folder, whose daemon folder and state file are as a daemon makes them. */
async function withHome(run: (home: string, file: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "opta-home-" });
  try {
    await Deno.mkdir(`${home}/daemon`, { mode: 0o700 });
    const file = `${home}/daemon/state.json`;
    await Deno.writeTextFile(file, JSON.stringify(state), { mode: 0o600 });
    await run(home, file);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function refusal(home: string): Promise<string> {
  return (await assertRejects(() => discover({ home })(signal), DiscoveryError)).message;
}

Deno.test("discover() reads the state file anew at each call, so that a restarted daemon is found", async () => {
  await withHome(async (home, file) => {
    const source = discover({ home });
    assertEquals(await source(signal), { baseUrl: "http://127.0.0.1:9999", token: state.token });
    await Deno.writeTextFile(file, JSON.stringify({ ...state, host: "::1", port: 10_000, token: "u".repeat(43) }));
    assertEquals(await source(signal), { baseUrl: "http://[::1]:10000", token: "u".repeat(43) });
  });
});

Deno.test("discover() says what to do where there is no daemon, or what it says cannot be understood", async () => {
  await withHome(async (home, file) => {
    await Deno.writeTextFile(file, "{ not json");
    assertStringIncludes(await refusal(home), "Restart the daemon");
    await Deno.remove(file);
    assertStringIncludes(await refusal(home), 'Start one with "opta daemon start"');
    assertStringIncludes(await refusal(`${home}/nowhere`), 'Start one with "opta daemon start"');
  });
});

Deno.test({
  name: "discover() trusts no file that others can read, and none that they can have put there [security 5]",
  ignore: Deno.build.os === "windows",
  async fn() {
    await withHome(async (home, file) => {
      await Deno.chmod(file, 0o640);
      assertStringIncludes(await refusal(home), "can be read by others");
      await Deno.chmod(file, 0o600);
      await Deno.chmod(`${home}/daemon`, 0o770);
      assertStringIncludes(await refusal(home), "can be written by others");
      await Deno.chmod(`${home}/daemon`, 0o700);
      await Deno.rename(file, `${home}/elsewhere`);
      await Deno.symlink(`${home}/elsewhere`, file);
      assertStringIncludes(await refusal(home), "is a symlink");
      await Deno.remove(file);
      await Deno.mkdir(file);
      assertStringIncludes(await refusal(home), "is not a file");
      await Deno.mkdir(`${home}/other`);
      await Deno.symlink(`${home}/daemon`, `${home}/other/daemon`);
      assertStringIncludes(await refusal(`${home}/other`), "is a symlink");
    });
  },
});

Deno.test("discover() ends with the reason of its signal", async () => {
  await withHome(async (home) => {
    await assertRejects(() => discover({ home })(AbortSignal.abort(new Error("enough"))), Error, "enough");
  });
});
