/** What the terminal UI is made of and works on, and how it fails. */
import type { Clock } from "@opta/protocol/client";
import type { Value } from "@opta/view/value";
import type { ChatSetup } from "../chat/chat_setup.ts";
import type { QueueOptions, QueuePane } from "./composer/queue_pane.ts";
import type { DraftFiles } from "./draft_files.ts";
import type { ComposerContext, ComposerPane, OverlayRegistry, PermissionContext, PermissionPane } from "./overlay.ts";
import type { PaneSize } from "./pane.ts";
import type { Theme } from "./theme.ts";

/** What the app is made of beside itself. */
export interface Panes {
  composer(context: ComposerContext): ComposerPane;
  permission(context: PermissionContext): PermissionPane;
  /** Turns that wait. */
  queue(options: QueueOptions): QueuePane;
  overlays: OverlayRegistry;
}

export interface TuiOptions {
  setup: ChatSetup;
  panes: Panes;
  theme: Value<Theme>;
  /** Earlier messages, oldest first. */
  history: readonly string[];
  /** Keeps a message for later chats. */
  keep(entered: string): void;
  drafts: DraftFiles;
  /** Shows lines in a pager; the terminal has been given away. */
  page(lines: Iterable<string>): Promise<void>;
  clock: Clock;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  write(text: string): void;
  size(): PaneSize;
  setTitle(text: string): void;
  /** Gives the terminal away, and takes it again. */
  giveAway(): void;
  take(): void;
  /** Stops the program as Ctrl-Z does, until it is continued. */
  suspend(): void;
}

/** Something in the terminal UI has thrown: it is a bug, and the session is as it was. */
export class TuiFailure extends Error {
  override readonly name = "TuiFailure";

  constructor(readonly sessionId: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
