import { stateFiles } from "@opta/protocol";
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { TestHome } from "../daemon_control/testdata/test_home.ts";
import { startDaemon } from "../daemon_control/start.ts";
import { CliError } from "../exit.ts";
import { ensureFolders } from "../paths.ts";
import { waitForTurn } from "./wait_for_turn.ts";

class Held extends Error {}
const isHeld = (error: unknown) => error instanceof Held;
const { signal } = new AbortController();

/** Another process has the sessions at the first tries. */
function startAfter(tries: number) {
  let seen = 0;
  return () => ++seen > tries ? Promise.resolve(seen) : Promise.reject(new Held());
}

async function homeWith(lock: string | null): Promise<TestHome> {
  const home = await TestHome.create();
  await ensureFolders(home.paths);
  if (lock !== null) await Deno.writeTextFile(join(home.paths.stateDir, stateFiles.lock), lock);
  return home;
}

Deno.test("waitForTurn() tries again until nobody else has the sessions", async () => {
  await using home = await homeWith(null);
  const { stateDir } = home.paths;
  assertEquals(await waitForTurn(startAfter(0), { isHeld, stateDir, signal }), 1);
  const said: string[] = [];
  const onWait = (holder: string) => said.push(holder);
  assertEquals(await waitForTurn(startAfter(2), { isHeld, stateDir, signal, onWait }), 3);
  assertEquals(said.length, 1, "it is said once");
});

const { pid } = Deno; // of a process that lives
for (
  const [what, lock, who] of [
    [
      "a command",
      `{"kind":"command","pid":${pid},"since":"then"}`,
      `Another command with --no-daemon (pid ${pid}) has the sessions`,
    ],
    ["a daemon", `{"kind":"daemon","pid":${pid},"since":"then"}`, `A daemon (pid ${pid}) that does not answer`],
    ["somebody of whom it says nothing", "damaged", "Another process that does not answer"],
    ["nobody", null, "Another process that does not answer"],
  ] as const
) {
  Deno.test(`waitForTurn() gives up after its time, and names who has the sessions: the lock names ${what}`, async () => {
    await using home = await homeWith(lock);
    const { stateDir } = home.paths;
    const error = await assertRejects(
      () => waitForTurn(startAfter(Infinity), { isHeld, stateDir, signal, waitMs: 0 }),
      CliError,
      who,
    );
    assertEquals([error.exitCode, error.message.includes("still after 0 s")], [1, true]);
  });
}

Deno.test("waitForTurn() does not wait for a daemon that has come meanwhile", async () => {
  await using home = await homeWith(null);
  const { daemon } = await startDaemon(home.fakeDaemon());
  const { stateDir } = home.paths;
  await assertRejects(
    () => waitForTurn(startAfter(Infinity), { isHeld, stateDir, signal }),
    CliError,
    `A daemon runs (pid ${daemon.state.pid}`,
  );
});

Deno.test("waitForTurn() ends with the reason of its signal, and passes on what is no waiting matter", async () => {
  await using home = await homeWith(null);
  const { stateDir } = home.paths;
  const stop = new AbortController();
  const reason = new CliError("cancelled");
  const start = () => {
    stop.abort(reason);
    return Promise.reject(new Held());
  };
  assertEquals(await waitForTurn(start, { isHeld, stateDir, signal: stop.signal }).catch((error) => error), reason);
  await assertRejects(
    () => waitForTurn(() => Promise.reject(new TypeError("bug")), { isHeld, stateDir, signal }),
    TypeError,
  );
});
