/**
 * Asks the person at a terminal in line mode about the requests of a session: a request is lines that stay, given to
 * `say`, and whoever shows them looks at `question`. What keys do is left to `PermissionAsking`. When another client is
 * first, the time is over or the turn is cancelled, the question goes and it is said what became of it.
 */
import type { SessionState } from "@opta/protocol";
import type { Clock } from "@opta/protocol/client";
import type { Colors } from "../output/colors.ts";
import type { Key } from "./keys.ts";
import { type Asked, PermissionAsking } from "@opta/view/permission/permission_asking";
import { type Choice, describeKeys } from "@opta/view/permission/permission_keys";
import { describeOutcomeHere } from "./permission_outcome.ts";
import { formatRequest } from "./permission_request.ts";

export interface DialogOptions {
  /** Who looks, and decides. */
  clientId: string;
  writerId: string;
  colors: Colors;
  clock: Pick<Clock, "after">;
  /** There is a next message that can say why something was denied. */
  canExplain: boolean;
  /** How wide the terminal is now. */
  columns(): number;
  /** Lines that stay. */
  say(text: string): void;
  /** `question` or `isAsking` may have changed. */
  redraw(): void;
  /** Has a request decided; that somebody else was first is no failure. */
  resolve(requestId: string, choice: Choice): Promise<unknown>;
  onError(error: unknown): void;
}

export class PermissionDialog implements Disposable {
  readonly #options: DialogOptions;
  readonly #asking: PermissionAsking;

  constructor(options: DialogOptions) {
    this.#options = options;
    const { clock, canExplain, colors: { dim, yellow }, writerId, say, redraw, resolve, onError } = options;
    this.#asking = new PermissionAsking({
      ...{ clock, canExplain, resolve, onError },
      onAsk: (asked) => this.#show(asked, false),
      onGone: (permission, choice) => {
        const outcome = describeOutcomeHere(permission, choice, writerId);
        if (outcome) say((outcome.isSurprise ? yellow : dim)(`  ${outcome.text}`));
      },
      onChange: redraw,
    });
  }

  /** A request is shown that is not decided here yet. */
  get isAsking(): boolean {
    return this.#asking.isAsking;
  }

  /** What is entered next belongs to the request: an answer to its question, or the reason why it is denied. */
  get isWriting(): "answer" | "reason" | null {
    return this.#asking.isWriting;
  }

  /** The keys that answer; `null` while none does. */
  get question(): string | null {
    const { asked, offers } = this.#asking;
    if (asked?.phase !== "open" || !offers) return null;
    return `${offers.answers ? "Your answer?" : "Allow this?"}  ${describeKeys(offers)}`;
  }

  /** Is to be shown every state. Requests that are open already are asked as well [P2]. */
  look(state: SessionState): void {
    this.#asking.look(state);
  }

  /** @returns whether the key was for the request */
  press(key: Key, isAlone: boolean): boolean {
    const wasWriting = this.isWriting !== null;
    const act = this.#asking.press(key, isAlone);
    const { asked } = this.#asking;
    if (!wasWriting && this.isWriting) this.#options.say(this.#options.colors.dim(`  ${hints[this.isWriting]}`));
    if (act.kind === "unfold" && asked) this.#show(asked, true);
    return act.kind !== "free";
  }

  /** What was written has been entered. Without an answer the question is asked again. */
  enter(text: string): void {
    this.#asking.enter(text);
  }

  /** Shows the request again, as after the screen was cleared; keys count only after the guard time. */
  reshow(): void {
    const { asked, isAsking } = this.#asking;
    if (asked && isAsking) this.#show(asked, !asked.isFolded);
  }

  /** Asks no more, and decides nothing; what is open in the next session is asked anew. */
  reset(): void {
    this.#asking.reset();
  }

  [Symbol.dispose](): void {
    this.reset();
  }

  #show({ request, state }: Asked, isUnfolded: boolean): void {
    const { colors, clientId, columns, say } = this.#options;
    const view = { colors, clientId, columns: columns(), isUnfolded };
    const { text, hidden } = formatRequest(request, state, view);
    this.#asking.unseen(hidden > 0);
    say(text);
    this.#asking.painted();
  }
}

const hints = {
  reason: "Enter denies it, and sends what you write as the next message",
  answer: "Enter sends what you write as the answer",
} as const;
