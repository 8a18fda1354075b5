/**
 * Tells when a JSON object that comes in pieces is whole, without keeping it: it counts brackets outside of strings, and looks
 * at each character once. What is no object is never whole.
 */
export class JsonEnd {
  #depth = 0;
  #hasBegun = false;
  #state: "before" | "plain" | "string" | "escape" | "after" = "before";

  /** Something else than blanks came. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  get isWhole(): boolean {
    return this.#state === "after";
  }

  push(text: string): void {
    for (const char of text) this.#take(char);
  }

  #take(char: string): void {
    switch (this.#state) {
      case "before":
        if (char === "{" && !this.#hasBegun) this.#open();
        if (char.trim() !== "") this.#hasBegun = true;
        return;
      case "plain":
        if (char === '"') this.#state = "string";
        else if (char === "{" || char === "[") this.#open();
        else if ((char === "}" || char === "]") && --this.#depth === 0) this.#state = "after";
        return;
      case "string":
        if (char === '"') this.#state = "plain";
        else if (char === "\\") this.#state = "escape";
        return;
      case "escape":
        this.#state = "string";
        return;
      case "after":
        return;
      default:
        this.#state satisfies never;
    }
  }

  #open(): void {
    this.#depth++;
    this.#state = "plain";
  }
}
