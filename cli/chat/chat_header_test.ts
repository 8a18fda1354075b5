import { assertEquals } from "@std/assert";
import { type DaemonStatus, initialState, VERSION } from "@opta/protocol";
import { colorsFor } from "../output/colors.ts";
import { formatHeader } from "./chat_header.ts";

const plain = colorsFor(false, {});
const state = { ...initialState("sess_1", "e1"), title: "Rivers" };
const status = (provider: string): DaemonStatus => ({
  daemonId: "d",
  version: VERSION,
  pid: 1,
  startedAt: "2026-03-01T12:00:00Z",
  permissions: {},
  model: { provider, model: "m1", transport: "ws", reason: "The demo answers.\nSet a server." },
  storage: { path: "/x", bytes: 0, schemaVersion: 1 },
  health: null,
  clients: null,
  sizes: null,
  sandbox: null,
});
const linesOf = (...[own, from]: [string | null, DaemonStatus | null]) =>
  formatHeader({ ...state, model: own }, from, { colors: plain, columns: 80 }).split("\n").slice(0, 2);

Deno.test("formatHeader() names the session and who answers", () => {
  const first = `opta ${VERSION} · session sess_1 · Rivers`;
  assertEquals(linesOf(null, status("lmx")), [first, "model m1 (lmx, ws)"]);
  assertEquals(linesOf("m2", status("lmx")), [first, "model m2 (chosen for this session)"]);
  assertEquals(linesOf(null, null), [first, "model the daemon's choice"]);
});

Deno.test("formatHeader() says that the demo answers, and what to do about it", () => {
  assertEquals(linesOf(null, status("opta-demo"))[1], "The demo answers. Set a server.");
  assertEquals(linesOf("m2", status("opta-demo"))[1], "model m2 (chosen for this session)");
});

Deno.test("formatHeader() breaks what is long between words", () => {
  const header = formatHeader(state, status("opta-demo"), { colors: plain, columns: 20 });
  assertEquals(header.split("\n").slice(-6), [
    "The demo answers.",
    "Set a server.",
    "/help lists the",
    "commands",
    "",
    "",
  ]);
});
