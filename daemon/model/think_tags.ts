/**
 * Splits `<think>…</think>`, which many models write into their answer, from the answer itself. Incremental and pure: each
 * character is looked at once, and no more than an unfinished tag is held back.
 *
 *     start ──"<think>"──► thinking ──"</think>"──► start
 *       └────── any other text ──────► answer (to the end)
 *
 * A tag opens only where nothing has been answered yet: an answer that talks about the tag must not vanish into it.
 * Line breaks right after a tag belong to the tag.
 */

/** A run of the answer. */
export type Emit = (type: "text" | "thinking", text: string) => void;

const OPEN = "<think>";
const CLOSE = "</think>";

export class ThinkTags {
  #state: "start" | "thinking" | "answer" = "start";
  /** The beginning of what may become a tag. */
  #held = "";
  #afterTag = false;

  push(text: string, emit: Emit): void {
    if (this.#state === "answer") return emit("text", text);
    let rest = this.#held + text;
    this.#held = "";
    while (rest !== "") {
      if (this.#afterTag) {
        rest = rest.replace(/^[\r\n]+/, "");
        if (rest === "") return;
        this.#afterTag = false;
      }
      rest = this.#state === "start" ? this.#beforeAnswer(rest, emit) : this.#inThinking(rest, emit);
    }
  }

  /** The answer is over: what looked like a tag was none. */
  end(emit: Emit): void {
    const held = this.#held;
    this.#held = "";
    if (held !== "") emit(this.#state === "thinking" ? "thinking" : "text", held);
  }

  #beforeAnswer(text: string, emit: Emit): string {
    const at = text.search(/\S/);
    if (at !== 0) {
      const blank = at === -1 ? text : text.slice(0, at);
      emit("text", blank);
      return text.slice(blank.length);
    }
    if (text.startsWith(OPEN)) return this.#enter("thinking", text.slice(OPEN.length));
    if (OPEN.startsWith(text)) {
      this.#held = text;
      return "";
    }
    this.#state = "answer";
    emit("text", text);
    return "";
  }

  #inThinking(text: string, emit: Emit): string {
    const at = text.indexOf(CLOSE);
    if (at === -1) {
      const kept = unfinishedTag(text);
      this.#held = text.slice(text.length - kept);
      if (kept < text.length) emit("thinking", text.slice(0, text.length - kept));
      return "";
    }
    if (at > 0) emit("thinking", text.slice(0, at));
    return this.#enter("start", text.slice(at + CLOSE.length));
  }

  #enter(state: "start" | "thinking", rest: string): string {
    this.#state = state;
    this.#afterTag = true;
    return rest;
  }
}

/** Length of the longest beginning of the closing tag that `text` ends with. */
function unfinishedTag(text: string): number {
  for (let length = Math.min(CLOSE.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(CLOSE.slice(0, length))) return length;
  }
  return 0;
}
