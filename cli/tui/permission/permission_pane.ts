/**
 * The request for permission that stands below the transcript until it is decided, here or elsewhere. What keys do, and when
 * they count, is left to `PermissionAsking`; how it looks to `layOutPermission`. Here they meet, and the text scrolls.
 */
import type { SessionState } from "@opta/protocol";
import type { Key } from "../../chat/keys.ts";
import { PermissionAsking } from "@opta/view/permission/permission_asking";
import { describeOutcomeHere } from "../../chat/permission_outcome.ts";
import { sanitizeLine } from "../../output/sanitize.ts";
import type { PermissionContext, PermissionPane as Pane } from "../overlay.ts";
import type { PaneSize, PaneView } from "../pane.ts";
import { type Place, pressScroll, START } from "../scroll.ts";
import { layOutPermission, type PermissionLayout } from "./permission_view.ts";
import { type RequestText, requestText } from "./request_document.ts";

/** Keys that scroll; the others that could are for what is being typed. */
const scrolling: ReadonlySet<string> = new Set(["up", "down", "pageUp", "pageDown"]);

export class PermissionPane implements Pane {
  readonly #context: PermissionContext;
  readonly #asking: PermissionAsking;
  readonly #listeners = new Set<() => void>();
  #text: RequestText | null = null;
  #place: Place = START;
  /** What `view` gave last. */
  #layout: PermissionLayout | null = null;
  /** It is what is to be seen now. */
  #isDrawn = false;

  constructor(context: PermissionContext) {
    this.#context = context;
    const { clock, writerId, theme, say, fail, resolve } = context;
    this.#asking = new PermissionAsking({
      clock,
      canExplain: true,
      onAsk: ({ request, state }) => {
        this.#text = requestText(request, state.workspace?.cwd ?? null);
        this.#place = START;
        this.#layout = null;
        this.#isDrawn = false;
        this.#change();
      },
      onGone: (permission, choice) => {
        const outcome = describeOutcomeHere(permission, choice, writerId);
        // What was decided here stands on the card of the call, but an answer nowhere else.
        if (permission && outcome && (outcome.isSurprise || permission.needsAnswer)) {
          const what = permission.needsAnswer ? "question" : sanitizeLine(permission.toolName);
          say(theme.get().paint(outcome.isSurprise ? "warning" : "dim", `  ${what}: ${outcome.text}`));
        }
        this.#change();
      },
      onChange: () => this.#change(),
      resolve,
      onError: fail,
    });
  }

  get isAsking(): boolean {
    return this.#asking.isAsking;
  }

  get isWriting(): "answer" | "reason" | null {
    return this.#asking.isWriting;
  }

  look(state: SessionState): void {
    this.#asking.look(state);
  }

  press(key: Key, isAlone: boolean): boolean {
    if (this.isAsking && scrolling.has(key.name) && this.#scroll(key)) return true;
    return this.#asking.press(key, isAlone).kind !== "free";
  }

  view(size: PaneSize): PaneView {
    const { asked, offers, waiting } = this.#asking;
    if (!asked || !offers || !this.#text || !this.isAsking) return { lines: [] };
    const state = { asked, offers, waiting, text: this.#text, place: this.#place, clientId: this.#context.clientId };
    this.#layout = layOutPermission(state, size, this.#context.theme.get());
    this.#isDrawn = true;
    return { lines: this.#layout.lines };
  }

  painted(): void {
    if (!this.#layout || !this.#isDrawn || !this.isAsking) return;
    if (this.#layout.isLegible) this.#asking.painted(this.#layout.isRuleShown);
    else if (this.#asking.asked?.phase !== "unseen") this.#asking.unseen();
  }

  covered(): void {
    this.#isDrawn = false;
    this.#asking.unseen();
  }

  enter(text: string): void {
    this.#asking.enter(text);
  }

  reset(): void {
    this.#asking.reset();
    this.#layout = null;
    this.#change();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  [Symbol.dispose](): void {
    this.#asking[Symbol.dispose]();
    this.#listeners.clear();
  }

  /** @returns whether there is something to scroll in: otherwise the key is for what is being typed */
  #scroll(key: Key): boolean {
    if (!this.#layout) return false;
    const { text, size, scrolled } = this.#layout;
    const isArrow = key.name === "up" || key.name === "down";
    if (scrolled.above + scrolled.below === 0 || isArrow && this.isWriting) return false;
    const from = this.#isDrawn ? scrolled.place : this.#place; // several keys may come before it is drawn
    const place = pressScroll(text, from, key, size);
    if (!place || place.line === from.line && place.row === from.row) return true;
    this.#place = place;
    this.#isDrawn = false;
    this.#asking.unseen(); // what is decided on is what is seen: the keys wait until that is painted
    return true;
  }

  #change(): void {
    for (const listener of this.#listeners) listener();
  }
}
