/**
 * Keeps what is being typed: written down when nothing was typed for a moment, so that it outlives the program however that
 * ends, and offered again when its session is opened.
 */
import type { Clock } from "@opta/protocol/client";
import type { DraftFiles } from "./draft_files.ts";
import type { ComposerPane } from "./overlay.ts";

/** Milliseconds without a key after which a draft is written. */
const SAVE_AFTER_MS = 1_000;

export interface DraftKeeperOptions {
  files: DraftFiles;
  composer: Pick<ComposerPane, "text" | "setText" | "subscribe">;
  /** Whose draft it is; `null` while no session is shown. */
  sessionId(): string | null;
  clock: Pick<Clock, "after">;
  onError(error: unknown): void;
}

export class DraftKeeper implements Disposable {
  readonly #options: DraftKeeperOptions;
  readonly #stop: () => void;
  #saved = "";
  #callOff = () => {};

  constructor(options: DraftKeeperOptions) {
    this.#options = options;
    this.#stop = options.composer.subscribe(() => this.#later());
  }

  /** @returns whether there was one, and it stands in the composer now */
  async offer(sessionId: string): Promise<boolean> {
    const { files, composer } = this.#options;
    const draft = await files.load(sessionId);
    if (draft === null || composer.text !== "" || sessionId !== this.#options.sessionId()) return false;
    this.#saved = draft;
    composer.setText(draft);
    return true;
  }

  /** @returns whether there is something that is kept */
  async save(text: string): Promise<boolean> {
    this.#callOff();
    const { files, sessionId } = this.#options;
    const id = sessionId();
    if (id === null) return false;
    if (text !== this.#saved) await files.save(id, text);
    this.#saved = text;
    return text.trim() !== "";
  }

  [Symbol.dispose](): void {
    this.#callOff();
    this.#stop();
  }

  #later(): void {
    const { clock, composer, onError } = this.#options;
    this.#callOff();
    this.#callOff = clock.after(SAVE_AFTER_MS, () => void this.save(composer.text).catch(onError));
  }
}
