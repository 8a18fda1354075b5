import { assertEquals, assertRejects } from "@std/assert";
import { OptaError, type Workspace } from "@opta/protocol";
import { fileURLToPath } from "node:url";
import { RuleBook } from "../permission/rule_book.ts";
import { MAX_BENCHES } from "./benches.ts";
import type { HostOptions } from "./host/host_process.ts";
import { ToolBox } from "./tool_box.ts";

/** A host that has nothing to do with files, for none is asked for here. */
function echo(): HostOptions {
  const entry = fileURLToPath(new URL("./host/testdata/echo_host.ts", import.meta.url));
  const { HOME = "", DENO_DIR } = Deno.env.toObject();
  return { entry, permissions: [], env: { HOME, ...(DENO_DIR && { DENO_DIR }) } };
}

class Box extends ToolBox {
  /** Sessions that were let go of. */
  readonly cleaned: string[];
  readonly world: { workspace: Workspace | null; cleanUp: Promise<void> };

  constructor() {
    const cleaned: string[] = [];
    const world: Box["world"] = { workspace: null, cleanUp: Promise.resolve() };
    super({
      tools: () => [],
      rules: new RuleBook("/nowhere", () => {}),
      projects: { home: null, optaHome: "/nowhere", isTrusted: () => Promise.resolve(false) },
      plans: () => ({ reader: echo, searcher: echo, writer: echo, runner: echo, web: echo }),
      emit() {},
      workspaceOf: () => Promise.resolve(world.workspace),
      async cleanUp(sessionId) {
        await world.cleanUp;
        cleaned.push(sessionId);
      },
      forget: () => Promise.resolve(),
    });
    this.cleaned = cleaned;
    this.world = world;
  }

  turn(sessionId: string, workspace: Workspace | null = null) {
    return this.open({ sessionId, mode: "do", workspace });
  }
}

const never = { signal: new AbortController().signal };

Deno.test("of sessions that have nothing running, those used last are kept", async () => {
  await using box = new Box();
  const running = await box.turn("turn");
  const working = await box.turn("host");
  await working.hosts.reader();
  working[Symbol.dispose]();
  for (let i = 0; i < MAX_BENCHES; i++) (await box.turn(`s${i}`))[Symbol.dispose]();
  (await box.turn("s0"))[Symbol.dispose]();
  (await box.turn("new"))[Symbol.dispose]();
  assertEquals([...box.all()].length, MAX_BENCHES);
  await box.remove("s3"); // which is being let go of as the last one
  assertEquals(box.cleaned, ["s0", "s1", "s2", "s3"]);
  running[Symbol.dispose]();
});

Deno.test("a session that is used again while it is let go of waits until that is done", async () => {
  await using box = new Box();
  (await box.turn("s1"))[Symbol.dispose]();
  const cleanUp = Promise.withResolvers<void>();
  box.world.cleanUp = cleanUp.promise;
  const removed = box.remove("s1");
  let isOpen = false;
  const again = box.turn("s1").then((tools) => {
    isOpen = true;
    return tools;
  });
  const other = await box.turn("s2");
  assertEquals([isOpen, box.cleaned], [false, []]);
  cleanUp.resolve();
  for (const tools of [await again, other]) tools[Symbol.dispose]();
  await removed;
  assertEquals(box.cleaned, ["s1"]);
});

Deno.test("folders that change while a turn runs do not end what it works with", async () => {
  await using box = new Box();
  const tools = await box.turn("s1", { cwd: "/a", dirs: [] });
  const host = await tools.hosts.reader();
  box.world.workspace = { cwd: "/b", dirs: [] };
  const refused = await assertRejects(() => box.of("s1"), OptaError, "former folders");
  assertEquals(refused.code, "conflict");
  assertEquals(await host.call("echo", 1, never), 1);
  tools[Symbol.dispose]();
  await box.of("s1");
  assertEquals(host.isAlive, false);
});
