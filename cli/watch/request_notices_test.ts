import { assertEquals } from "@std/assert";
import type { EventDraft, SessionState } from "@opta/protocol";
import { play, turn } from "../chat/testing/session_script.ts";
import { colorsFor } from "../output/colors.ts";
import { RequestNotices } from "./request_notices.ts";

const newNotices = () => new RequestNotices({ clientId: "watcher", colors: colorsFor(false, {}), columns: () => 80 });

/** What somebody is told who sees these happen. */
function told(drafts: EventDraft[], notices = newNotices(), before?: SessionState): string[] {
  const lines: string[] = [];
  play(drafts, (_, state) => lines.push(...notices.look(state, [])), before);
  return lines;
}

const { queued, start, asked, decided, cancelled, done } = turn(1);
const request = [
  "? run_command asks for permission (for ann)",
  "  $ npm test",
  "  because run_command runs a program",
  "  it waits for whoever chats in this session: opta chat --resume sess_1",
].join("\n");

Deno.test("RequestNotices tell once what waits and who can decide, and who has decided", () => {
  const life = [queued(), start(), asked("r1"), asked("r2", { args: { command: "ls" } })];
  const lines = told([...life, decided("r1", { decidedBy: "bob", scope: "session" })]);
  assertEquals(lines, [request, request.replace("npm test", "ls"), "  allowed for this session (bob)"]);
});

Deno.test("RequestNotices tell of a request that waits already, and not of a decided one [P2]", () => {
  const life = [queued(), start(), asked("r0"), decided("r0"), asked("r1")];
  assertEquals(newNotices().look(play(life), []), [request]);
});

Deno.test("RequestNotices say that nobody decided, and leave a cancel to its turn", () => {
  const daemon = { decision: "deny", decidedBy: "daemon" } as const;
  const life = [queued(), start(), asked("r1")];
  assertEquals(told([...life, decided("r1", { ...daemon, reason: "timeout" })]), [
    request,
    "  nobody decided in time, so it is not done",
  ]);
  assertEquals(told([...life, cancelled(), decided("r1", { ...daemon, reason: "cancelled" }), done("cancelled")]), [
    request,
  ]);
});

Deno.test("RequestNotices shorten a long request without naming a key that nobody has", () => {
  const command = Array.from({ length: 100 }, (_, i) => `echo ${i}`).join("\n");
  const [text = ""] = newNotices().look(play([queued(), start(), asked("r1", { args: { command } })]), []);
  assertEquals(text.includes("\n  … 60 more lines\n"), true, text);
});

Deno.test("RequestNotices name those who are there to decide, and neither watchers nor scripts", () => {
  const client = (clientId: string, writerId: string | null, kind: string) => ({ clientId, writerId, kind });
  const present = [
    client("watcher", "me", "watcher"),
    client("c1", "ann@far", "terminal"),
    client("c2", "log", "watcher"),
    client("c3", "cron", "script"),
    client("c4", null, "web"),
  ];
  const [text = ""] = newNotices().look(play([queued(), start(), asked("r1")]), present);
  const who = "ann@far (terminal), or somebody (web), or whoever chats in this session";
  assertEquals(text.split("\n").at(-1), `  it waits for ${who}: opta chat --resume sess_1`);
});
