import { assertEquals } from "@std/assert";
import type { Api, Session } from "@opta/protocol/client";
import { commandOptions, optionSource } from "./option_source.ts";

const answers: Record<string, unknown> = {
  listModels: { models: [{ id: "qwen", loaded: true }, { id: "bad\x1b]0;name", loaded: null }, { id: "two words" }] },
  listSessions: { sessions: [{ sessionId: "s-1", title: "A \x1b[31mtitle" }, { sessionId: "s-2", title: "" }] },
};
const api = { call: (name: string) => Promise.resolve(answers[name]) } as unknown as Api;
const { signal } = new AbortController();

Deno.test("optionSource() knows the values of commands, and offers none that cannot be written", async () => {
  const { values, files, folder } = optionSource(api, () => null);
  assertEquals((await values("model", signal)).map(({ value }) => value), ["qwen", "default"]);
  assertEquals((await values("resume", signal)).map(({ value, label }) => [value, label]), [
    ["s-1", "A title"],
    ["s-2", "(empty)"],
  ]);
  assertEquals((await values("undo", signal)).map(({ value }) => value), ["force"]);
  assertEquals((await values("mode", signal))[2]?.hint, "makes a plan; tools only look");
  assertEquals([await values("new", signal), await files(signal), folder()], [[], [], null]);
});

Deno.test("optionSource() lists the files of the session's folder", async () => {
  const cwd = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${cwd}/a.ts`, "");
    const session = { state: { workspace: { cwd, dirs: [] } } } as unknown as Session;
    const source = optionSource(api, () => session);
    assertEquals([source.folder(), await source.files(signal)], [cwd, [{ value: "a.ts", hint: "" }]]);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("commandOptions says of each command what it takes and does", () => {
  assertEquals(commandOptions.find(({ value }) => value === "diff")?.hint.startsWith("[all]  Show what"), true);
});
