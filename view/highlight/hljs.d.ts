/** What is used of highlight.js/lib/core: the package's own types would bring those of the DOM into every module. */

/** A grammar, which only the library looks into. */
export type Grammar = (hljs: unknown) => object;

export interface Highlighter {
  newInstance(): Highlighter;
  registerLanguage(name: string, grammar: Grammar): void;
  getLanguage(name: string): object | undefined;
  /** `value` is HTML of nothing but spans with classes, and five character references. */
  highlight(code: string, options: { language: string; ignoreIllegals: boolean }): { value: string };
}

declare const hljs: Highlighter;
export default hljs;
