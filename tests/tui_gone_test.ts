/** `opta tui` in a terminal that goes away under it: the window is closed, or the connection to it is lost. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { Opta } from "./support/opta.ts";
import { startFakeModel } from "./support/start_fake_model.ts";
import { CTRL_Z, ENTER, isReady, sessionOf } from "./support/tui.ts";

for (
  const [name, script, isStopped] of [
    ["is gone", '"$@"', false],
    [
      "is gone while it is stopped",
      'set -m; "$@"; set +m; echo stopped; cat 2>/dev/null; kill -CONT %1; wait %1',
      true,
    ],
  ] as const
) {
  Deno.test(`a terminal that ${name} ends opta tui quietly; the draft is kept and the turn goes on [R6]`, async () => {
    await using fake = await startFakeModel();
    await fake.script({ tokens: ["one ", "two"], pace: "manual" });
    await using opta = await Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port) });
    const said = join(opta.home, "said");
    // The shell is not told of the end, so that it can say how the command took it.
    await using tui = opta.shell(`trap "" HUP; exec 2>"$0"; ${script}; exit $?`, said, ["tui"]);
    const id = await sessionOf(tui);
    tui.type(`go${ENTER}`);
    await fake.waitFor((stats) => stats.requests.length === 1 && stats.requests[0]!.held);
    await fake.step(1);
    await tui.until("› go\n\none");
    tui.type("a draft");
    await tui.until("› a draft");
    if (isStopped) {
      tui.type(CTRL_Z);
      await tui.until("\nstopped");
    }
    tui.hangUp();
    assertEquals(await tui.exit(), 0);
    // deno-lint-ignore no-control-regex
    assertEquals((await Deno.readTextFile(said)).replaceAll(/\x1b[^m]*m/g, "").match(/.*(?:error|opta:).*/gi), null);
    await fake.step(2);
    await using again = opta.terminal(["tui", "--resume", id]);
    await again.until(/› go\n\none two\n\n[^\n]* s\n+› a draft\n/);
  });
}

Deno.test("a hang-up that nobody is told of, with nothing running, ends it too", async () => {
  await using opta = await Opta.create();
  await using tui = opta.shell('trap "" HUP; "$@" 2>/dev/null; exit $?', "sh", ["tui"]);
  await tui.until(isReady);
  tui.hangUp();
  assertEquals(await tui.exit(), 0);
});
