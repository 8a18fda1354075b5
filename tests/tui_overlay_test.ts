/** `opta tui` with an overlay open: what comes up under it, and what becomes of what is hidden by it. */
import { assertMatch, assertStringIncludes } from "@std/assert";
import { Opta } from "./support/opta.ts";
import { startFakeModel } from "./support/start_fake_model.ts";
import { CTRL_C, CTRL_D, ENTER, isReady, takesAnswers } from "./support/tui.ts";

Deno.test("a request that comes up under an overlay is announced, and asked when that is closed", async () => {
  const folder = await Deno.makeTempDir({ prefix: "opta-folder-" });
  await using _folder = { [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
  await using opta = await Opta.create();
  opta.cwd = folder;
  await using tui = opta.terminal(["tui", "--add-dir", folder]);
  await tui.until(isReady);
  tui.type(`create hello.txt that says hi${ENTER}/help${ENTER}`);
  await tui.until(/Esc or q back[^]*\? permission is asked for: Ctrl-C shows it/);
  tui.type("y");
  tui.type(CTRL_C);
  await tui.until("Allow this?");
  await tui.until(takesAnswers);
  tui.type("y");
  assertMatch(await tui.until(/allowed[^]* s\n+›\n● live(?:(?!asked for)[^])*$/), /hello\.txt/);
});

Deno.test("Ctrl-D in an overlay takes nothing away from the hidden draft", async () => {
  await using fake = await startFakeModel();
  await using opta = await Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port) });
  await using tui = opta.terminal(["tui"]);
  await tui.until(isReady);
  tui.type("a draft\x01");
  await tui.until(() => tui.beforeCursor === "› ");
  tui.type("\x0f");
  await tui.until("Esc closes");
  tui.type(CTRL_D.repeat(3));
  tui.type("?"); // to be sure that those have been read
  tui.type(CTRL_C);
  assertStringIncludes(await tui.until(/\n› [^\n]*\n● live/), "› a draft\n");
});
