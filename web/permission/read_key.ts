/** A key of the browser as `PermissionAsking` wants it; `null` for one that is for the browser. Pure. */
import type { AnswerKey } from "@opta/view/permission/permission_keys";

export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Keys that move within the request, or go on from it: reading it is no typing. */
const passing: ReadonlySet<string> = new Set([
  ...["Tab", "Shift", "Control", "Alt", "Meta", "CapsLock"],
  ...["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"],
]);

export function readKey({ key, ctrlKey, metaKey, altKey }: PressedKey): AnswerKey | null {
  if (ctrlKey || metaKey || altKey || passing.has(key)) return null;
  if (key === "Enter") return { name: "enter" };
  if (key === "Escape") return { name: "escape" };
  return key.length === 1 ? { name: "text", text: key } : null;
}
