/** Works out what changes would do, and finds what keeps them from being done. It writes nothing. */
import type { Change } from "../operations.ts";
import type { Scope } from "../scope.ts";
import { applyEdits } from "./apply_edits.ts";
import { type FileState, readState, versionOfState } from "./file_state.ts";
import { lineEndingOf, withLineEnding } from "./line_endings.ts";
import { locate, type Place } from "./locate.ts";
import { versionOf } from "./read_bytes.ts";
import { Refusal } from "./refusal.ts";
import { type DecodedText, decodeText, encodeText } from "./text_encoding.ts";

export interface PlannedChange {
  place: Place;
  before: FileState;
  after: FileState;
  /** What was done, for the model. */
  note: string;
}

/** Changes of the same file follow each other. @throws {Refusal} when one of them cannot be done */
export async function planChanges(scope: Scope, changes: readonly Change[]): Promise<PlannedChange[]> {
  const planned = new Map<string, PlannedChange>();
  for (const change of changes) {
    const place = await locate(scope, change.path);
    const earlier = planned.get(place.real);
    const current = earlier?.after ?? await readState(scope, place);
    if (change.kind === "delete") await assertDeletable(scope, place);
    const { after, note } = planOne(change, place, current);
    planned.set(place.real, { place, before: earlier?.before ?? current, after, note });
  }
  for (const { place: { shown }, before, after } of planned.values()) {
    if (versionOfState(before) === versionOfState(after)) {
      throw new Refusal(`${shown} would not change: it reads so already`);
    }
  }
  return [...planned.values()];
}

function planOne(change: Change, { shown }: Place, current: FileState): Pick<PlannedChange, "after" | "note"> {
  switch (change.kind) {
    case "edit": {
      const { text, encoding } = textOf(current, shown);
      const edited = applyEdits(text, change.edits);
      if ("problem" in edited) throw new Refusal(`${shown}: ${edited.problem}`);
      const times = edited.count === 1 ? "1 place" : `${edited.count} places`;
      return { after: fileState(current, { text: edited.text, encoding }, shown), note: `Edited ${shown} in ${times}` };
    }
    case "write": {
      if (current.kind === "absent") {
        const after = fileState(current, { text: change.content, encoding: "utf-8" }, shown);
        return { after, note: `Created ${shown}` };
      }
      const old = textOf(current, shown);
      const text = inTheWayOf(old.text, change.content);
      return { after: fileState(current, { ...old, text }, shown), note: `Wrote ${shown}` };
    }
    case "delete":
      return { after: { kind: "absent" }, note: `Deleted ${shown}` };
    default:
      return change satisfies never;
  }
}

async function assertDeletable(scope: Scope, { real, shown, info, isLink }: Place): Promise<void> {
  if (isLink) throw new Refusal(`${shown} is reached through a symlink: name it by its own path to delete it`);
  if (!info) throw new Refusal(`There is no file ${shown}`);
  if (scope.roots.includes(real)) throw new Refusal(`${shown} is a folder of this session`);
  if (!info.isDirectory) return;
  for await (const _ of Deno.readDir(real)) throw new Refusal(`${shown} is a folder with files in it`);
}

/** Line endings and the last one are habits of a file, which a model does not see and should not break. */
function inTheWayOf(old: string, content: string): string {
  if (!old.includes("\n")) return content;
  const isMissingEnd = old.endsWith("\n") && content !== "" && !content.endsWith("\n");
  return withLineEnding(isMissingEnd ? content + "\n" : content, lineEndingOf(old));
}

function textOf(state: FileState, shown: string): DecodedText {
  if (state.kind === "absent") throw new Refusal(`There is no file ${shown}: make it with write_file`);
  if (state.kind === "folder") throw new Refusal(`${shown} is a folder`);
  if (state.mode !== null && (state.mode & 0o222) === 0) throw new Refusal(`${shown} is read-only`);
  if (state.bytes === null) throw new Refusal(`${shown} is too large to be changed as text`);
  const decoded = decodeText(state.bytes);
  if (!decoded) throw new Refusal(`${shown} is a binary file, or text in an encoding other than UTF-8 and UTF-16`);
  return decoded;
}

function fileState(current: FileState, decoded: DecodedText, shown: string): FileState {
  if (!decoded.text.isWellFormed()) throw new Refusal(`${shown}: the new text holds half of a character`);
  if (decoded.text.includes("\0")) throw new Refusal(`${shown}: the new text holds a NUL character`);
  const bytes = encodeText(decoded);
  const mode = current.kind === "file" ? current.mode : null;
  return { kind: "file", mode, bytes, version: versionOf(bytes) };
}
