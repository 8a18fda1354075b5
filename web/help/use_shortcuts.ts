/** Listens to the keys of the whole page. */
import { useEffect } from "preact/hooks";
import { readKey } from "../permission/read_key.ts";
import type { App } from "../state/app.ts";
import { currentTurn } from "../transcript/rows.ts";
import { moveTranscript } from "../transcript/transcript.tsx";
import { type Shortcut, shortcutOf } from "./shortcuts.ts";

export function useShortcuts(app: App): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
      if (answer(app, event)) return;
      const { singleKeys } = app.preferences.value.get();
      const shortcut = shortcutOf(event, isWriting(event.target), singleKeys);
      if (shortcut && !event.repeat && perform(shortcut, app)) event.preventDefault();
      else if (shortcut && event.repeat && (shortcut === "next" || shortcut === "previous")) perform(shortcut, app);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}

/** While nothing is written, keys answer the request for permission, as if the focus were there. */
function answer(app: App, event: KeyboardEvent): boolean {
  const conversation = app.conversation.get();
  if (!conversation?.asked.get() || isWriting(event.target) || event.target instanceof HTMLButtonElement) return false;
  const key = readKey(event);
  if (!key || key.name !== "text") return false;
  if (conversation.asking.press(key, !event.repeat).kind === "free") return false;
  event.preventDefault();
  return true;
}

/** @returns whether it did anything */
function perform(shortcut: Shortcut, app: App): boolean {
  const conversation = app.conversation.get();
  switch (shortcut) {
    case "help":
      app.dialog.set({ kind: "help" });
      return true;
    case "new":
      app.go({ kind: "new" });
      return true;
    case "usage":
      app.go({ kind: "usage" });
      return true;
    case "switch":
      app.dialog.set({ kind: "switch" });
      return true;
    case "search":
      app.isDrawerOpen.set(true);
      return focus("session-search");
    case "write":
      return focus("composer");
    case "ask":
      return focus("permission");
    case "find": // asked for once more, the browser's own search opens
      if (!conversation || app.isFinding.get()) return false;
      app.isFinding.set(true);
      return true;
    case "model":
      if (conversation) app.dialog.set({ kind: "models" });
      return conversation !== null;
    case "next":
    case "previous":
    case "first":
    case "last":
      if (conversation) moveTranscript(shortcut);
      return conversation !== null;
    case "escape":
      return escape(app);
    default:
      return shortcut satisfies never;
  }
}

/** Leaves what lies over the conversation; of the conversation itself, goes to what is asked, or cancels what runs. */
function escape(app: App): boolean {
  const conversation = app.conversation.get();
  if (app.isDrawerOpen.get()) app.isDrawerOpen.set(false);
  else if (app.isFinding.get()) app.isFinding.set(false);
  else if (conversation?.asked.get()) return focus("permission");
  else if (conversation && currentTurn(conversation.store.state.get())) conversation.cancel();
  else return false;
  return true;
}

function focus(id: string): boolean {
  const element = document.getElementById(id);
  element?.focus();
  return element !== null;
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement;
}
