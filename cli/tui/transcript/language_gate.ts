/** Has the grammars of languages loaded when code of them is seen first. What is printed waits for that, some milliseconds. */
import { isLoaded, languageNamed, loadLanguage } from "@opta/view/highlight";

export class LanguageGate {
  readonly #onReady: () => void;
  /** Whether the loading is over, well or not. */
  readonly #isTried = new Map<string, boolean>();

  /** @param onReady something that was waited for has come */
  constructor(onReady: () => void) {
    this.#onReady = onReady;
  }

  /** Whether code of this language should wait. It never waits again for what could not be loaded. */
  isLoading(name: string): boolean {
    const language = languageNamed(name);
    if (language === null || isLoaded(language) || this.#isTried.get(language)) return false;
    if (!this.#isTried.has(language)) this.#load(language);
    return true;
  }

  /** Loads these, as for a text that is known already. */
  async load(names: Iterable<string>): Promise<void> {
    const languages = new Set([...names].map(languageNamed));
    await Promise.all([...languages].map(async (language) => {
      if (language === null) return;
      await loadLanguage(language);
      this.#isTried.set(language, true);
    }));
  }

  #load(language: string): void {
    this.#isTried.set(language, false);
    void loadLanguage(language).then(() => {
      this.#isTried.set(language, true);
      this.#onReady();
    });
  }
}
