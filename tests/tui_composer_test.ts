/** `opta tui` with the real daemon: how a message is written, and what can be done with one that waits. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { Opta } from "./support/opta.ts";
import { type FakeModel, startFakeModel } from "./support/start_fake_model.ts";
import { assertWipesNothing, ENTER, ESCAPE, isReady } from "./support/tui.ts";

const TAB = "\t";
const ALT_UP = "\x1b[1;3A";
const ALT_ENTER = "\x1b\r";
const DELETE = "\x1b[3~";
const CTRL_G = "\x07";
const CTRL_R = "\x12";

const optaWith = (fake: FakeModel) => Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port) });

const isAsked = (count: number) => (stats: { requests: unknown[] }) => stats.requests.length === count;

const messagesOf = (body: unknown) => (body as { messages: { role: string; content: string }[] }).messages;

/** What a pty takes at once: a longer one is lost on its way, before anybody here reads it. */
const MAX_PASTE_BYTES = 4_000;

Deno.test("a long paste stands as its size in the composer, is edited beside, and is sent in full", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["read"], times: 1 });
  await using opta = await optaWith(fake);
  await using tui = opta.terminal(["tui"]);
  await tui.until(isReady);
  const paste = Array.from({ length: 80 }, (_, i) => `${i}: a line with 漢字 in it, to be read`).join("\n");
  assert(new TextEncoder().encode(paste).length < MAX_PASTE_BYTES);
  tui.type("read: ");
  tui.paste(paste);
  await tui.until(/\n› read: \[pasted 80 lines\]\n {2}Tab unfolds the paste/);
  tui.type(` thanks${ENTER}`);
  await tui.until(/read\n\n[^\n]* s\n\n›\n● live/);
  const { requests } = await fake.waitFor(isAsked(1));
  assertEquals(messagesOf(requests[0]!.body).at(-1)?.content, `read: ${paste} thanks`);
  tui.paste(paste);
  await tui.until("› [pasted 80 lines]");
  tui.type(TAB);
  await tui.until(/\n↑ 7\d: [^]*\n {2}79: a line with 漢字 in it, to be read\n● live/);
  tui.type("!");
  await tui.until("to be read!\n● live");
  await tui.until((tui) => tui.beforeCursor.endsWith("to be read!"));
  assertWipesNothing(tui);
});

Deno.test("several lines, and an editor outside that has the terminal as long as it runs", async () => {
  await using opta = await Opta.create();
  const editor = join(opta.home, "editor.sh");
  await Deno.writeTextFile(editor, '#!/bin/sh\nread -r line\nprintf "%s\\n" "$line" >> "$1"\n', { mode: 0o700 });
  await using tui = opta.terminal(["tui"], { env: { EDITOR: editor } });
  await tui.until(isReady);
  tui.type(`one${ALT_ENTER}漢字 \\${ENTER}`);
  await tui.until("› one\n  漢字\n\n● live");
  await tui.until((tui) => tui.beforeCursor === "  ");
  tui.type(CTRL_G);
  await tui.until((tui) => !tui.takesPastes);
  tui.type("typed into the editor\r");
  await tui.until(/› one\n {2}漢字 ?\n {2}typed into the editor\n● live/);
  assertWipesNothing(tui);
});

Deno.test("an editor that is not there is explained, and what was written stays", async () => {
  await using opta = await Opta.create();
  await using tui = opta.terminal(["tui"], { env: { VISUAL: "no-such-editor" } });
  await tui.until(isReady);
  tui.type("a draft");
  await tui.until("› a draft\n● live");
  tui.type(CTRL_G);
  await tui.until(/Set another one with\s+VISUAL or EDITOR\n[^]*› a draft\n● live/);
});

Deno.test("/commands and @files are found by a few letters; Esc closes the menu and nothing else", async () => {
  await using opta = await Opta.create();
  const folder = join(opta.home, "work");
  await Deno.mkdir(join(folder, "some docs"), { recursive: true });
  await Deno.writeTextFile(join(folder, "some docs", "guide.md"), "");
  await Deno.writeTextFile(join(folder, "main.ts"), "");
  await using tui = opta.shell('cd "$0" && exec "$@"', folder, ["tui"]);
  await tui.until(isReady);
  tui.type("/mo");
  await tui.until(/\n {2}\/mode +\[name\] [^\n]*\n {2}\/model [^\n]*\n[^\n]*Enter runs[^\n]*\n› \/mo\n/);
  tui.type(ESCAPE);
  await tui.until(/\/help lists the commands\n\n› \/mo\n/);
  tui.type("\x15/mode ");
  await tui.until(/\n {2}plan {6}makes a plan; tools only look\n[^]*› \/mode\n/);
  tui.type(`pl${TAB}${ENTER}`);
  await tui.until(/\n›\n● live [^\n]* · plan/);
  tui.type("see @gde");
  await tui.until(/\n {2}@some docs\/guide\.md\n/);
  tui.type(TAB);
  await tui.until('\n› see @"some docs/guide.md"\n● live');
});

Deno.test("a message that waits is taken back to be edited, or removed; Ctrl-R finds what was sent", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["later"], times: 1 });
  await fake.script({ tokens: ["one ", "two"], pace: "manual", times: 1 });
  await using opta = await optaWith(fake);
  await using tui = opta.terminal(["tui"]);
  await tui.until(isReady);
  tui.type(`first${ENTER}`);
  await fake.waitFor(isAsked(1));
  for (const [i, text] of ["second", "third", "fourth"].entries()) {
    tui.type(`${text}${ENTER}`);
    await tui.until(new RegExp(`\\n {2}${i + 1}\\. ${text}\\n›\\n`));
  }
  tui.type(`a draft${ALT_UP}`);
  await tui.until(/\n {2}3\. fourth\n {2}Enter takes it back[^\n]*\n› a draft\n/);
  tui.type(ENTER);
  await tui.until(/\n {2}2\. third\n› fourth\n {2}a draft\n/);
  tui.type(ALT_UP);
  await tui.until("Delete removes it");
  tui.type(DELETE);
  await tui.until(/\n {2}1\. second\n› fourth\n {2}a draft\n/);
  tui.type(`${CTRL_R}fir`);
  await tui.until(/\n {2}first\nsearch: fir/);
  tui.type(ESCAPE);
  await tui.until(/\n {2}1\. second\n› fourth\n {2}a draft\n/);
  await fake.step(3);
  await tui.until("later");
  const { requests } = await fake.waitFor(isAsked(2));
  assertStringIncludes(JSON.stringify(messagesOf(requests[1]!.body).at(-1)), "second");
});
