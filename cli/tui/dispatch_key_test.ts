import { assertEquals } from "@std/assert";
import type { Key } from "../chat/keys.ts";
import { dispatchKey, type KeyTargets } from "./dispatch_key.ts";

function targets(taker: string | null, { text = "", isLost = false, hasOverlay = false } = {}) {
  const heard: string[] = [];
  const take = (name: string) => (key?: Key) => {
    heard.push(key && name === "composer" ? `${name} ${key.name}` : name);
    return name === taker;
  };
  const act = (name: string) => () => void heard.push(name);
  const pane = (name: string) => ({ press: take(name), view: () => ({ lines: [] }), subscribe: () => () => {} });
  const all: KeyTargets = {
    overlay: hasOverlay ? pane("overlay") : null,
    permission: pane("permission"),
    queue: { press: take("queue") },
    composer: { text, press: take("composer") },
    retry: isLost ? act("retry") : null,
    ...{ interrupt: act("interrupt"), leave: act("leave"), clear: act("clear"), suspend: act("suspend") },
    ...{ cancel: act("cancel"), showDetails: act("details") },
  };
  return { heard, press: (key: Key) => dispatchKey(key, true, all) };
}

const heardOf = (key: Key, ...args: Parameters<typeof targets>) => {
  const { heard, press } = targets(...args);
  press(key);
  return heard;
};

Deno.test("dispatchKey() offers a key in turn, and an overlay has all of them", () => {
  const y: Key = { name: "text", text: "y" };
  assertEquals(heardOf(y, "permission"), ["permission"]);
  assertEquals(heardOf(y, "queue"), ["permission", "queue"]);
  assertEquals(heardOf(y, "composer"), ["permission", "queue", "composer text"]);
  assertEquals(heardOf(y, null, { hasOverlay: true }), ["overlay"]);
  assertEquals(heardOf({ name: "escape" }, null, { hasOverlay: true }), ["overlay"]);
});

Deno.test("dispatchKey() cancels by an Escape that nobody wanted", () => {
  assertEquals(heardOf({ name: "escape" }, null).at(-1), "cancel");
  assertEquals(heardOf({ name: "escape" }, "composer").at(-1), "composer escape");
  assertEquals(heardOf({ name: "showDetails" }, null).at(-1), "details");
});

Deno.test("dispatchKey() leaves by Ctrl-D on an empty line, also from an overlay; Ctrl-C, Ctrl-L, Ctrl-Z pass all panes", () => {
  assertEquals(heardOf({ name: "endOfInput" }, null, { hasOverlay: true }), ["leave"]);
  assertEquals(heardOf({ name: "endOfInput" }, null, { text: "a" }), ["composer delete"]);
  for (const [name, act] of [["interrupt", "interrupt"], ["clearScreen", "clear"], ["suspend", "suspend"]] as const) {
    assertEquals(heardOf({ name }, "permission", { hasOverlay: true }), [act]);
  }
});

Deno.test("dispatchKey() connects at once by Enter on an empty line, while there is no connection", () => {
  assertEquals(heardOf({ name: "enter" }, "composer", { isLost: true }).at(-1), "retry");
  assertEquals(heardOf({ name: "enter" }, "composer", { isLost: true, text: "a" }).at(-1), "composer enter");
  assertEquals(heardOf({ name: "enter" }, "composer").at(-1), "composer enter");
});
