/**
 * What the app asks of the panes below the transcript, and what it gives them: the composer, the request for permission,
 * and the overlays, which stand in place of the composer while they are open. The app owns the keys and the rows: it
 * offers each key to the overlay that is open, then to the request for permission, then to the composer, and takes what
 * nobody wanted for itself.
 */
import type { SessionState, TurnMode } from "@opta/protocol";
import type { Api, Clock, ResolveOutcome, Session } from "@opta/protocol/client";
import type { Value } from "@opta/view/value";
import type { Choice } from "@opta/view/permission/permission_keys";
import type { Env, Paths } from "../paths.ts";
import type { Pane } from "./pane.ts";
import type { Theme, ThemeName } from "./theme.ts";

export const overlayNames = [
  "help",
  "keys",
  "sessions",
  "models",
  "modes",
  "settings",
  "theme",
  "details",
  "processes",
] as const;
export type OverlayName = (typeof overlayNames)[number];

/** What every pane may use. */
export interface PaneContext {
  /** The theme of now; who paints looks at it each time. */
  readonly theme: Value<Theme>;
  /** Lines for the transcript, that stay: painted already, and sanitized. */
  say(text: string): void;
  /** Something could not be done: said in the transcript. */
  fail(error: unknown): void;
  /** Aborted when the user leaves. */
  readonly signal: AbortSignal;
}

export interface OverlayContext extends PaneContext {
  readonly api: Api;
  /** Of what is looked at again and again, as long as an overlay is open. */
  readonly clock: Clock;
  /** Where the settings are, and what overrides them. */
  readonly settings: { readonly paths: Paths; readonly env: Env };
  /** The session that is shown now. */
  readonly session: Session;
  /** Of the messages to come. */
  readonly mode: Value<TurnMode>;
  setTheme(name: ThemeName): void;
  /** Goes over to another session; rejects when that is not to be had, and the one before stays. */
  open(sessionId: string): Promise<void>;
  /** Does what the command would, `model qwen3`, as if it were typed; the overlay may be closed before or after. */
  run(command: string): void;
  /** Puts this into the composer, in place of what is there. */
  compose(text: string): void;
  /** Opens another overlay in place of this one. */
  show(name: OverlayName): void;
  close(): void;
}

/** An overlay takes every key while it is open, but Ctrl-C, Ctrl-D, Ctrl-L and Ctrl-Z; it closes itself. */
export type OverlayFactory = (context: OverlayContext) => Pane & Partial<Disposable>;

/** The overlays that there are, each loaded when it is opened first. */
export type OverlayRegistry = Readonly<Partial<Record<OverlayName, () => Promise<OverlayFactory>>>>;

export interface ComposerContext extends PaneContext {
  /** Earlier messages, oldest first. */
  readonly history: readonly string[];
  readonly api: Api;
  session(): Session | null;
  /** Enter: a message or a command, as it was written. */
  submit(text: string): void;
  /** Gives the terminal away for as long as `work` takes, as for an editor, and draws anew when it is back. */
  withoutScreen<T>(work: () => Promise<T>): Promise<T>;
}

export interface ComposerPane extends Pane, Partial<Disposable> {
  readonly text: string;
  setText(text: string): void;
  /** Puts this before what is written, as for a message that is taken back. */
  prefix(text: string): void;
}

export interface PermissionContext extends PaneContext {
  readonly clock: Pick<Clock, "after">;
  readonly clientId: string;
  readonly writerId: string;
  resolve(requestId: string, choice: Choice): Promise<ResolveOutcome>;
}

export interface PermissionPane extends Pane, Disposable {
  /** A request is shown that is not decided here yet: `view` has lines. */
  readonly isAsking: boolean;
  /** What is entered in the composer next belongs to the request. */
  readonly isWriting: "answer" | "reason" | null;
  /** What `view` gave last stands on the screen: called after each frame that the pane is part of. */
  painted(): void;
  /** It stands there no more, as under an overlay, or after the terminal was given away: keys wait to be painted anew. */
  covered(): void;
  /** Is to be shown every state, at once and not with the next frame; it must cost nothing when nothing of it changed. */
  look(state: SessionState): void;
  /** What was written has been entered. */
  enter(text: string): void;
  /** Another session comes: asks no more, and decides nothing. */
  reset(): void;
}
