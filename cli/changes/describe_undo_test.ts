import type { UndoResult } from "@opta/protocol";
import { assertEquals } from "@std/assert";
import { describeUndo } from "./describe_undo.ts";

const result: UndoResult = {
  changeSet: "turn_1",
  turnId: "turn_1",
  kind: "undo",
  undoId: "undo_1",
  restored: ["a.txt", "b\x1b[31m\n.txt"],
  conflicts: [],
};

Deno.test("describeUndo() names the files that came back, safe to print", () => {
  assertEquals(describeUndo(result, "/undo force"), "Undone (2 files):\n  a.txt\n  b .txt");
  assertEquals(
    describeUndo({ ...result, kind: "redo", restored: ["a"] }, "/redo force"),
    "Brought back (1 file):\n  a",
  );
});

Deno.test("describeUndo() names what was left and why, and how to take it back all the same", () => {
  const conflicts = [{ path: "c", reason: "it was changed afterwards" }];
  assertEquals(describeUndo({ ...result, undoId: null, restored: [], conflicts }, "/undo force").split("\n"), [
    "Left as they are (1 file):",
    "  c: it was changed afterwards",
    "To take these back as well: /undo force",
  ]);
});

Deno.test("describeUndo() counts what does not fit on a screen, and says when there was nothing to do", () => {
  const restored = Array.from({ length: 25 }, (_, i) => `f${i}`);
  const lines = describeUndo({ ...result, restored }, "").split("\n");
  assertEquals([lines.length, lines.at(-1)], [22, "  and 5 more"]);
  assertEquals(
    describeUndo({ ...result, undoId: null, restored: [] }, ""),
    "Nothing to do: these files are already as they were",
  );
});
