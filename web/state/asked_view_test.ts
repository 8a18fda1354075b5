import { assertEquals } from "@std/assert";
import type { Permission } from "@opta/protocol";
import { describeDecision, outcomeText } from "./asked_view.ts";

const request: Permission = {
  ...{ requestId: "r", toolName: "write_file", args: {}, turnId: "t", callId: "c", argsHash: "", reason: "it writes" },
};
const resolved = (changes: Partial<NonNullable<Permission["resolved"]>>): Permission => ({
  ...request,
  resolved: { decision: "allow", decidedBy: "bob", reason: "user", ...changes },
});

Deno.test("outcomeText() names who decided, unless it was decided here", () => {
  const text = (permission: Permission | undefined) => outcomeText(permission, { decision: "allow" }, "ann");
  assertEquals(text(resolved({})), "Allowed by bob");
  assertEquals(text(resolved({ decision: "deny" })), "Denied by bob");
  assertEquals(text(resolved({ scope: "always" })), "Allowed always in this folder by bob");
  assertEquals(text(resolved({ decidedBy: "ann" })), null);
  assertEquals(text(resolved({ decidedBy: "ann", decision: "deny" })), "Denied by ann", "in another tab");
  assertEquals(text(resolved({ reason: "timeout" })), "Nobody decided in time, so it is not done");
  assertEquals([text(resolved({ reason: "cancelled" })), text(request), text(undefined)], [null, null, null]);
});

Deno.test("describeDecision() has other words for a question", () => {
  const asked = { needsAnswer: true };
  assertEquals(describeDecision({ ...resolved({}), ...asked }), "Answered");
  assertEquals(describeDecision({ ...resolved({ decision: "deny" }), ...asked }), "Not answered");
});
