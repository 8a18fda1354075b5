/** What a background process has written, read on as it writes: its end is kept, and older output goes. */
import type { BackgroundProcess } from "@opta/protocol";
import type { Api, Clock } from "@opta/protocol/client";
import { documentOf, type TextDocument } from "../text_document.ts";
import { Work } from "./work.ts";

/** Milliseconds until it is looked again whether more was written, by a process that runs. */
const POLL_MS = 500;
/** Pieces of a page: what the daemon gives at most. */
const PAGE_CHUNKS = 500;
/** UTF-16 units that are kept: as much as the daemon itself keeps of a process, and more than anybody scrolls through. */
const MAX_OUTPUT_LENGTH = 1024 * 1024;

export class ProcessOutput implements Disposable {
  readonly #api: Api;
  readonly #clock: Pick<Clock, "after">;
  readonly #processId: string;
  readonly #onChange: () => void;
  readonly #closing = new AbortController();
  readonly #work: Work;
  #text = "";
  #isCut = false;
  #nextSeq = 0;
  #document: TextDocument | null = null;
  #process: BackgroundProcess | null = null;
  #stop = () => {};

  constructor(api: Api, clock: Pick<Clock, "after">, processId: string, signal: AbortSignal, onChange: () => void) {
    [this.#api, this.#clock, this.#processId, this.#onChange] = [api, clock, processId, onChange];
    this.#work = new Work(AbortSignal.any([signal, this.#closing.signal]), onChange);
  }

  /** Reads what there is, and goes on until it is disposed or the process has ended. */
  start(): void {
    this.#read();
  }

  /** As it was at the last look; `null` before the first. */
  get process(): BackgroundProcess | null {
    return this.#process;
  }

  get problem(): string | null {
    return this.#work.problem;
  }

  get text(): TextDocument {
    return this.#document ??= documentOf([
      ...(this.#isCut ? [{ text: "(what was written before is not kept)", role: "dim" as const }] : []),
      { text: this.#text },
    ]);
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
    this.#stop();
    this.#work[Symbol.dispose]();
  }

  #read(): void {
    let hasMore = false;
    this.#work.run("reading", async (signal) => {
      const page = await this.#api.call("backgroundOutput", {
        params: { processId: this.#processId },
        query: { afterSeq: this.#nextSeq, limit: PAGE_CHUNKS },
        signal,
      });
      const first = page.chunks[0];
      this.#isCut ||= first !== undefined && first.seq > this.#nextSeq + 1;
      this.#nextSeq = page.nextSeq;
      this.#process = page.process;
      hasMore = page.hasMore;
      if (page.chunks.length === 0) return;
      const text = this.#text + page.chunks.map(({ text }) => text).join("");
      this.#isCut ||= text.length > MAX_OUTPUT_LENGTH;
      this.#text = text.slice(-MAX_OUTPUT_LENGTH);
      this.#document = null;
    }).then(() => {
      if (this.#closing.signal.aborted) return;
      this.#onChange();
      if (hasMore) this.#read();
      else if (this.#work.problem !== null || this.#process?.endedAt === null) {
        this.#stop = this.#clock.after(POLL_MS, () => this.#read());
      }
    });
  }
}
