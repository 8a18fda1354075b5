/** What a screen reader is told: little, and never each token. */
import { Value } from "@opta/view/value";

export class Announcer {
  /** Said when there is a pause. */
  readonly polite = new Value("");
  /** Said at once: somebody is asked for something. */
  readonly urgent = new Value("");

  say(text: string): void {
    announce(this.polite, text);
  }

  warn(text: string): void {
    announce(this.urgent, text);
  }
}

/** The same words twice are two texts, or the second would not be heard. */
function announce(value: Value<string>, text: string): void {
  value.set(value.get() === text ? `${text}\u00a0` : text);
}
