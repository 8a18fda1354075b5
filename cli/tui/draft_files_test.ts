import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { CliError } from "../exit.ts";
import { DraftFiles } from "./draft_files.ts";
import { DraftKeeper } from "./draft_keeper.ts";

async function temporaryHome() {
  const path = await Deno.makeTempDir({ prefix: "opta-drafts-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("DraftFiles keeps a draft of each session for the user alone, and none that is empty", async () => {
  await using home = await temporaryHome();
  const drafts = new DraftFiles(home.path);
  assertEquals(await drafts.load("a"), null);
  await drafts.save("a", "");
  await drafts.save("a", "one\ntwo");
  await drafts.save("a:b", "other");
  assertEquals([await drafts.load("a"), await drafts.load("a:b")], ["one\ntwo", "other"]);
  const { mode } = await Deno.stat(join(home.path, "drafts", "a.txt"));
  if (Deno.build.os !== "windows") assertEquals(mode! & 0o777, 0o600);
  await drafts.save("a:b", " ");
  assertEquals([await drafts.load("a"), await drafts.load("a:b")], ["one\ntwo", null]);
});

Deno.test("DraftFiles keeps the latest 50", async () => {
  await using home = await temporaryHome();
  const drafts = new DraftFiles(home.path);
  for (let i = 0; i < 55; i++) await drafts.save(`s${i}`, "x");
  assertEquals((await Array.fromAsync(Deno.readDir(join(home.path, "drafts")))).length, 50);
  assertEquals(await drafts.load("s54"), "x");
});

Deno.test("DraftFiles reads nothing through a symlink", async () => {
  await using home = await temporaryHome();
  await Deno.mkdir(join(home.path, "drafts"), { mode: 0o700 });
  await Deno.symlink("/etc/hostname", join(home.path, "drafts", "a.txt"));
  await assertRejects(() => new DraftFiles(home.path).load("a"), CliError, "symlink");
});

Deno.test("DraftKeeper writes what was typed once nothing is typed for a moment, and offers it to an empty composer", async () => {
  await using home = await temporaryHome();
  const files = new DraftFiles(home.path);
  let text = "";
  let typed = () => {};
  let due = () => {};
  const composer = {
    get text() {
      return text;
    },
    setText: (next: string) => void (text = next),
    subscribe: (listener: () => void) => {
      typed = listener;
      return () => {};
    },
  };
  const errors: unknown[] = [];
  const clock = { after: (_: number, run: () => void) => (due = run, () => void (due = () => {})) };
  using keeper = new DraftKeeper({
    files,
    composer,
    clock,
    sessionId: () => "a",
    onError: (error) => errors.push(error),
  });
  text = "half";
  typed();
  due();
  assertEquals(await keeper.save("half"), true);
  assertEquals([await files.load("a"), errors], ["half", []]);
  assertEquals(await keeper.offer("a"), false); // something is being typed
  text = "";
  assertEquals([await keeper.offer("a"), text], [true, "half"]);
  assertEquals([await keeper.save(""), await files.load("a")], [false, null]);
});
