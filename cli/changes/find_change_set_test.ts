import type { ChangeSet } from "@opta/protocol";
import { assertEquals, assertThrows } from "@std/assert";
import { CliError } from "../exit.ts";
import { findChangeSet } from "./find_change_set.ts";

const changes = ["turn_ab1", "turn_ab2", "undo_c"].map((changeSet): ChangeSet => ({
  changeSet,
  kind: "turn",
  turnId: changeSet,
  undoes: null,
  at: "2026-03-01T12:00:00Z",
  undone: false,
  files: [],
}));

Deno.test("findChangeSet() takes an id, its beginning, or the beginning without turn_", () => {
  const found = ["turn_ab1", "turn_ab2", "ab2", "undo_c", "undo"].map((wanted) => findChangeSet(changes, wanted));
  assertEquals(found, ["turn_ab1", "turn_ab2", "turn_ab2", "undo_c", "undo_c"]);
});

Deno.test("findChangeSet() refuses what means several or none, and says which there are", () => {
  assertThrows(() => findChangeSet(changes, "ab"), CliError, '2 turns begin with "ab"');
  assertThrows(() => findChangeSet(changes, "x"), CliError, "The latest are turn_ab1, turn_ab2, undo_c");
  assertThrows(() => findChangeSet([], "x"), CliError, "No turn of it has changed files");
});
