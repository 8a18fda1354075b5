/**
 * The little of the DOM that tests use in functions which run in a page. The types of a whole browser would stand beside
 * Deno's in every file that a test imports, and contradict them.
 */

export interface DomElement {
  onload: (() => void) | null;
  onerror: (() => void) | null;
  readonly childElementCount: number;
  readonly textContent: string | null;
  setAttribute(name: string, value: string): void;
}

export interface Dom {
  readonly title: string;
  readonly forms: { submit(): void }[];
  readonly body: { innerHTML: string; append(element: DomElement): void };
  createElement(name: string): DomElement;
  getElementById(id: string): DomElement | null;
}

/** What `open()` gives. */
export interface DomWindow {
  readonly closed: boolean;
  readonly length: number;
}
