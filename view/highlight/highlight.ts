/**
 * Colours code by what its pieces are. Grammars are loaded when they are wanted first; until then, and for code that is
 * too long to be read within a frame, the answer is `null` and the code is shown plain.
 */
// @ts-types="./hljs.d.ts"
import hljsCore from "highlight.js/lib/core";
import { type Language, languageNamed, loadGrammar } from "./languages.ts";

export type SpanKind = "keyword" | "string" | "number" | "comment" | "function" | "type";

export interface Span {
  text: string;
  /** `null` for what has no colour. */
  kind: SpanKind | null;
}

/** UTF-16 units of a code that is coloured: about 1 ms each thousand. */
const MAX_CODE_LENGTH = 16_384;
/** A grammar takes long for what stands in one line, such as a minified script. */
const MAX_LINE_LENGTH = 2_000;

const hljs = hljsCore.newInstance();
const loading = new Map<Language, Promise<boolean>>();

/** The first names of highlight.js scopes; others have no colour, or that of what is around them. */
const kinds: Readonly<Record<string, SpanKind | null>> = {
  addition: "string",
  attr: "type",
  attribute: "type",
  built_in: "function",
  bullet: "keyword",
  char: "string",
  code: "string",
  comment: "comment",
  deletion: "keyword",
  doctag: "comment",
  formula: "string",
  keyword: "keyword",
  link: "string",
  literal: "number",
  meta: "comment",
  name: "keyword",
  number: "number",
  quote: "comment",
  regexp: "string",
  section: "function",
  "selector-attr": "type",
  "selector-class": "type",
  "selector-id": "type",
  "selector-pseudo": "type",
  "selector-tag": "keyword",
  string: "string",
  subst: null,
  symbol: "number",
  "template-tag": "keyword",
  title: "function",
  type: "type",
};

/** Whether the language is there now; `false` for one that is not known, or could not be loaded. */
export function loadLanguage(name: string): Promise<boolean> {
  const language = languageNamed(name);
  if (language === null) return Promise.resolve(false);
  const known = loading.get(language);
  if (known) return known;
  const loaded = loadGrammar(language).then((grammar) => {
    hljs.registerLanguage(language, grammar);
    return true;
  }, () => {
    loading.delete(language); // a page that was offline for a moment may try again
    return false;
  });
  loading.set(language, loaded);
  return loaded;
}

/** Whether code of this language can be coloured now. */
export function isLoaded(name: string): boolean {
  const language = languageNamed(name);
  return language !== null && hljs.getLanguage(language) !== undefined;
}

/** The code in pieces, whose texts are together the code; `null` when it is to be shown plain. */
export function highlightSync(code: string, name: string): Span[] | null {
  const language = languageNamed(name);
  if (language === null || !hljs.getLanguage(language) || !isShortEnough(code)) return null;
  try {
    const spans = readMarkup(hljs.highlight(code, { language, ignoreIllegals: true }).value);
    return spans.map(({ text }) => text).join("") === code ? spans : null; // some grammars stumble over half a line
  } catch { // a grammar that goes wrong is no reason to show nothing
    return null;
  }
}

/** The same by lines, without their line feeds. */
export function splitLines(spans: readonly Span[]): Span[][] {
  const lines: Span[][] = [[]];
  for (const { text, kind } of spans) {
    text.split("\n").forEach((piece, at) => {
      if (at > 0) lines.push([]);
      if (piece !== "") lines.at(-1)!.push({ text: piece, kind });
    });
  }
  return lines;
}

function isShortEnough(code: string): boolean {
  if (code.length > MAX_CODE_LENGTH) return false;
  return code.length <= MAX_LINE_LENGTH || code.split("\n").every((line) => line.length <= MAX_LINE_LENGTH);
}

const tag = /<span class="([^"]*)">|<\/span>/g;
const escapes: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#x27;": "'",
};

/** The library gives HTML, of which it writes nothing but these spans and five references. */
function readMarkup(markup: string): Span[] {
  const spans: Span[] = [];
  const open: (SpanKind | null)[] = [];
  let from = 0;
  const addUpTo = (end: number) => {
    if (end === from) return;
    const text = markup.slice(from, end).replaceAll(/&(?:amp|lt|gt|quot|#x27);/g, (escape) => escapes[escape]!);
    const kind = open.at(-1) ?? null;
    const last = spans.at(-1);
    if (last && last.kind === kind) last.text += text;
    else spans.push({ text, kind });
  };
  for (const match of markup.matchAll(tag)) {
    addUpTo(match.index);
    from = match.index + match[0].length;
    if (match[1] === undefined) open.pop();
    else open.push(kindOf(match[1], open.at(-1) ?? null));
  }
  addUpTo(markup.length);
  return spans;
}

/** @param classes such as `hljs-title function_`, or `language-css` around another language */
function kindOf(classes: string, around: SpanKind | null): SpanKind | null {
  const [first = "", second = ""] = classes.split(" ");
  if (first.startsWith("language-")) return null;
  const scope = first.replace(/^hljs-/, "");
  if (scope === "title" && second.startsWith("class_")) return "type";
  if (scope === "variable" && second.startsWith("language_")) return "keyword";
  if (scope === "variable" && second.startsWith("constant_")) return "number";
  return Object.hasOwn(kinds, scope) ? kinds[scope]! : around;
}
