/**
 * For which part of the screen a key is. Each is offered it in turn; what nobody wanted is the app's.
 *
 *     Ctrl-C, Ctrl-L, Ctrl-Z ─► overlay ─► request for permission ─► queue ─► composer ─► Esc, Ctrl-O
 */
import type { Key } from "../chat/keys.ts";
import type { QueuePane } from "./composer/queue_pane.ts";
import type { ComposerPane, PermissionPane } from "./overlay.ts";
import type { Pane } from "./pane.ts";

export interface KeyTargets {
  /** The overlay that is open. */
  overlay: Pane | null;
  permission: Pick<PermissionPane, "press">;
  queue: Pick<QueuePane, "press">;
  composer: Pick<ComposerPane, "press" | "text">;
  /** Tries to connect at once; `null` while there is a connection. */
  retry: (() => void) | null;
  interrupt(): void;
  leave(): void;
  clear(): void;
  suspend(): void;
  cancel(): void;
  showDetails(): void;
}

/** @param isAlone nothing else came in the same read */
export function dispatchKey(key: Key, isAlone: boolean, targets: KeyTargets): void {
  const { overlay, permission, queue, composer, retry } = targets;
  switch (key.name) {
    case "interrupt":
      return targets.interrupt();
    case "clearScreen":
      return targets.clear();
    case "suspend":
      return targets.suspend();
    case "endOfInput":
      if (composer.text === "") return targets.leave();
      composer.press({ name: "delete" }, isAlone);
      return;
  }
  if (overlay) return void overlay.press(key, isAlone);
  if (permission.press(key, isAlone) || queue.press(key)) return;
  if (retry && key.name === "enter" && composer.text === "") return retry();
  if (composer.press(key, isAlone)) return;
  if (key.name === "escape") targets.cancel();
  if (key.name === "showDetails") targets.showDetails();
}
