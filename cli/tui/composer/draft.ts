/**
 * The message that is being written: a text with a cursor in which long pastes stand as one character each, and the messages
 * before it. Pure; what keys do to text is the editor's.
 */
import { MAX_CONTENT_LENGTH } from "@opta/protocol";
import { edit, type Editor, emptyEditor, remember, withText } from "../../chat/editor.ts";
import { MAX_HISTORY } from "../../chat/history_file.ts";
import type { Key } from "../../chat/keys.ts";
import { expanded, noPastes, pasteAt, type Pastes, pruned, takeIn } from "./pastes.ts";

export interface Draft {
  readonly editor: Editor;
  readonly pastes: Pastes;
}

/** UTF-16 units of all that is written: a few times what a turn may hold, so that the refusal of it is noticed. */
export const MAX_DRAFT_LENGTH = 8 * MAX_CONTENT_LENGTH;
/** UTF-16 units of all messages that can be walked back to: the longest that a turn may hold, many times. */
const MAX_HISTORY_LENGTH = 16 * MAX_CONTENT_LENGTH;

export function emptyDraft(history: readonly string[]): Draft {
  return { editor: emptyEditor(history), pastes: noPastes };
}

/** The draft after a key; `null` when it would become too long. */
export function pressDraft(draft: Draft, key: Key): Draft | null {
  if (key.name !== "text") return withEditor(draft, edit(draft.editor, key));
  if (lengthOf(draft) + key.text.length > MAX_DRAFT_LENGTH) return null;
  const { text, draft: before, history } = draft.editor;
  const { pastes, inserted } = takeIn(draft.pastes, key.text, [text, before, ...history]);
  return withEditor({ ...draft, pastes }, edit(draft.editor, { name: "text", text: inserted }));
}

export function withEditor(draft: Draft, editor: Editor): Draft {
  if (editor === draft.editor) return draft;
  return { editor, pastes: pruned(draft.pastes, [editor.text, editor.draft]) };
}

/** This text in place of what was written. */
export function rewritten(draft: Draft, text: string): Draft {
  return { editor: withText(draft.editor, text), pastes: { ...noPastes, count: draft.pastes.count } };
}

/** This text before what was written, with the cursor between the two. */
export function prefixed(draft: Draft, text: string): Draft {
  const { editor } = draft;
  if (editor.text === "") return rewritten(draft, text);
  const { pastes, inserted } = takeIn(draft.pastes, text, [editor.text, editor.draft, ...editor.history]);
  const next = { ...editor, text: `${inserted}\n${editor.text}`, cursor: inserted.length };
  return { editor: { ...next, historyAt: editor.history.length }, pastes };
}

/** The paste that the cursor touches as text; `null` when it touches none. */
export function unfolded(draft: Draft): Draft | null {
  const { editor, pastes } = draft;
  const place = pasteAt(pastes, editor.text, editor.cursor);
  if (!place) return null;
  const { start, end } = place;
  const paste = expanded(pastes, editor.text.slice(start, end));
  const text = editor.text.slice(0, start) + paste + editor.text.slice(end);
  const next = { ...editor, text, cursor: start + paste.length, historyAt: editor.history.length };
  // What was pasted may hold a character that stands for another paste: then it stays folded.
  const isAmbiguous = [...pastes.texts.keys()].some((stand) => paste.includes(stand));
  return isAmbiguous ? null : withEditor(draft, next);
}

/** All that is written. */
export function textOf({ editor, pastes }: Draft): string {
  return expanded(pastes, editor.text);
}

/** Nothing is written again, and what was is the latest of the history; of the oldest, those go for which there is no room. */
export function sent(draft: Draft): Draft {
  const entered = textOf(draft);
  const editor = remember(draft.editor, entered.trim() === "" ? "" : entered, MAX_HISTORY);
  let [first, left] = [editor.history.length, MAX_HISTORY_LENGTH];
  while (first > 0 && left >= editor.history[first - 1]!.length) left -= editor.history[--first]!.length;
  const pastes = { ...noPastes, count: draft.pastes.count };
  return { editor: first === 0 ? editor : emptyEditor(editor.history.slice(first)), pastes };
}

function lengthOf({ editor, pastes }: Draft): number {
  return [...pastes.texts.values()].reduce((sum, { length }) => sum + length, editor.text.length);
}
