import { assertEquals } from "@std/assert";
import { noFiles } from "./files/checkpoints/change_source.ts";
import { noTools } from "./turn_tools.ts";
import { ToolsOnDemand } from "./tools_on_demand.ts";

/** Tools that note when they are loaded and ended. */
function noted() {
  const notes: string[] = [];
  const tools = new ToolsOnDemand(() => {
    notes.push("loaded");
    const box = { all: () => [], of: () => Promise.reject(new Error("none")) };
    const end = () => Promise.resolve(void notes.push("ended"));
    return Promise.resolve({ ...noTools, ...noFiles, ...box, [Symbol.asyncDispose]: end });
  });
  return { notes, tools };
}

Deno.test("tools are loaded once, when the first turn asks for them, and end with the daemon", async () => {
  const { notes, tools } = noted();
  assertEquals([[...tools.all()], notes], [[], []]);
  const request = { sessionId: "s", mode: "chat", workspace: null } as const;
  await Promise.all([tools.open(request), tools.open(request)]);
  assertEquals([[...tools.all()], notes], [[], ["loaded"]]);
  await tools[Symbol.asyncDispose]();
  assertEquals(notes, ["loaded", "ended"]);
});

Deno.test("tools that nobody asked for are not loaded to be ended", async () => {
  const { notes, tools } = noted();
  await tools[Symbol.asyncDispose]();
  assertEquals(notes, []);
});
