import { assertEquals } from "@std/assert";
import type { ChangeSetSummary } from "../operations.ts";
import { toldChanges, undoableTurns } from "./told_changes.ts";

/** @param paths `a`, or `a!` for a file that was too large to be kept */
function set(id: string, paths: string, undoes: string | null = null): ChangeSetSummary {
  const files = paths.split(" ").map((path) => ({
    path: path.replace("!", ""),
    change: "changed" as const,
    isKept: !path.endsWith("!"),
  }));
  return { id, undoes, at: "2026-03-01T12:00:00Z", files };
}

const undone = (...sets: ChangeSetSummary[]) =>
  toldChanges(sets).flatMap(({ changeSet, undone }) => undone ? [changeSet] : []);
const undoable = (...sets: ChangeSetSummary[]) => undoableTurns(toldChanges(sets)).map(({ changeSet }) => changeSet);

Deno.test("toldChanges() says what each change set is, and whose changes they are", () => {
  const told = toldChanges([set("t1", "a"), set("u1", "a", "t1"), set("u2", "a", "u1"), set("u3", "a", "u2")]);
  assertEquals(told.map(({ kind, turnId }) => [kind, turnId]), [
    ["turn", "t1"],
    ["undo", "t1"],
    ["redo", "t1"],
    ["undo", "t1"],
  ]);
  assertEquals(told[0]?.files, [{ path: "a", kind: "modified", kept: true }]);
  const [orphan] = toldChanges([set("u1", "a", "t1")]);
  assertEquals([orphan?.kind, orphan?.turnId], ["undo", "t1"]);
});

Deno.test("toldChanges() takes a turn for undone when each of its files is back, and no undo of that is undone", () => {
  const turn = set("t1", "a b");
  assertEquals(undone(turn, set("u1", "a b", "t1")), ["t1"]);
  assertEquals(undone(turn, set("u1", "a", "t1")), []);
  assertEquals(undone(turn, set("u1", "a", "t1"), set("u2", "b", "t1")), ["t1"]);
  assertEquals(undone(turn, set("u1", "a b", "t1"), set("u2", "a b", "u1")), ["u1"]);
  assertEquals(undone(turn, set("u1", "a b", "t1"), set("u2", "a", "u1")), []);
  assertEquals(undone(turn, set("u1", "a b", "t1"), set("u2", "a b", "u1"), set("u3", "a b", "t1")), ["t1", "u1"]);
  assertEquals(undone(set("t1", "a b!"), set("u1", "a", "t1")), ["t1"]);
});

Deno.test("undoableTurns() goes back from the latest turn, past what is undone and what cannot be", () => {
  const turns = [set("t1", "a"), set("t2", "a"), set("t3", "large!")];
  assertEquals(undoable(...turns), ["t2", "t1"]);
  assertEquals(undoable(...turns, set("u1", "a", "t2")), ["t1"]);
  assertEquals(undoable(...turns, set("u1", "a", "t2"), set("u2", "a", "t1")), []);
  assertEquals(undoable(...turns, set("u1", "a", "t2"), set("u2", "a", "u1")), ["t2", "t1"]);
});
