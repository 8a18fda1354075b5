/** Reads a chunk of markdown with marked's lexer. HTML and link definitions are text to it: see `Block`. Pure. */
import { Lexer, type MarkedToken, type Token, Tokenizer, type Tokens } from "marked";
import type { Align, BlockContent, Inline, ListItem } from "./block.ts";
import { decodeEntities } from "./decode_entities.ts";
import { languageOf } from "./line_kinds.ts";
import { safeLink } from "./safe_link.ts";

class TextTokenizer extends Tokenizer {
  /** A block of HTML would swallow the rest of a text in which a comment, or `<pre>`, is not closed. */
  override html(): undefined {}
  /** What stands below must not change what stands above: that is printed already. As text the address is a link itself. */
  override def(): undefined {}
}

const options = { gfm: true, breaks: true, tokenizer: new TextTokenizer() };

/** Nothing throws: what the lexer cannot read is a paragraph of plain text. */
export function lexBlocks(text: string): BlockContent[] {
  try {
    return blocksOf(new Lexer(options).lex(text));
  } catch { // a stack that overflows, a rule that finds no progress: nothing that a text may break
    return [plainParagraph(text)];
  }
}

/** Of a text that begins within a line. */
export function lexWords(text: string): BlockContent[] {
  try {
    return [{ kind: "paragraph", children: inlinesOf(new Lexer(options).inlineTokens(text.trimEnd())) }];
  } catch { // see above
    return [plainParagraph(text)];
  }
}

/** The text as it is, line by line. */
export function plainParagraph(text: string): BlockContent {
  return { kind: "paragraph", children: lines(text.replace(/\n$/, "")) };
}

function blocksOf(tokens: readonly Token[]): BlockContent[] {
  return tokens.flatMap((token) => blockOf(token as MarkedToken)); // no extension makes others
}

function blockOf(token: MarkedToken): BlockContent[] {
  switch (token.type) {
    case "space":
    case "checkbox":
      return [];
    case "heading":
      return [{ kind: "heading", level: token.depth, children: inlinesOf(token.tokens) }];
    case "paragraph":
      return [{ kind: "paragraph", children: inlinesOf(token.tokens) }];
    case "text":
      return [{ kind: "paragraph", children: token.tokens ? inlinesOf(token.tokens) : lines(token.text) }];
    case "code": {
      const code = token.text.split("\n");
      return [{ kind: "code", language: languageOf(token.lang ?? ""), lines: code, partial: "" }];
    }
    case "blockquote":
      return [{ kind: "quote", blocks: blocksOf(token.tokens) }];
    case "list":
      return [listOf(token)];
    case "table":
      return [tableOf(token)];
    case "hr":
      return [{ kind: "rule" }];
    default: // inline ones do not come as blocks; as a paragraph nothing of them is lost
      return [{ kind: "paragraph", children: inlinesOf([token]) }];
  }
}

function listOf({ ordered, start, loose, items }: Tokens.List): BlockContent {
  return {
    kind: "list",
    isOrdered: ordered,
    start: start === "" ? 1 : start,
    isLoose: loose,
    items: items.map((item): ListItem => ({
      task: item.task ? item.checked ?? false : null,
      blocks: blocksOf(item.tokens),
    })),
  };
}

function tableOf({ align, header, rows }: Tokens.Table): BlockContent {
  return {
    kind: "table",
    align: align as Align[],
    header: header.map(({ tokens }) => inlinesOf(tokens)),
    rows: rows.map((row) => row.map(({ tokens }) => inlinesOf(tokens))),
  };
}

function inlinesOf(tokens: readonly Token[]): Inline[] {
  const inlines: Inline[] = [];
  for (const token of tokens) {
    for (const inline of inlineOf(token as MarkedToken)) {
      const last = inlines.at(-1);
      if (inline.kind === "text" && last?.kind === "text") last.text += inline.text;
      else inlines.push(inline);
    }
  }
  return inlines;
}

function inlineOf(token: MarkedToken): Inline[] {
  switch (token.type) {
    case "text":
      return token.tokens ? inlinesOf(token.tokens) : lines(decodeEntities(token.text));
    case "escape":
      return [{ kind: "text", text: token.text }];
    case "html":
      return lines(token.raw);
    case "strong":
      return [{ kind: "strong", children: inlinesOf(token.tokens) }];
    case "em":
      return [{ kind: "emphasis", children: inlinesOf(token.tokens) }];
    case "del":
      return [{ kind: "struck", children: inlinesOf(token.tokens) }];
    case "codespan":
      return [{ kind: "code", text: token.text }];
    case "br":
      return [{ kind: "break" }];
    case "checkbox":
      return [];
    case "link":
      return linkOf(token);
    case "image": {
      const href = safeLink(decodeEntities(token.href));
      return [{ kind: "image", href, alt: decodeEntities(token.text) }];
    }
    default:
      return lines(token.raw);
  }
}

function linkOf({ href, tokens, autolink }: Tokens.Link): Inline[] {
  const address = autolink ? href : decodeEntities(href);
  const children = inlinesOf(tokens);
  const safe = safeLink(address);
  return safe === null
    ? [...children, { kind: "text", text: ` (${address})` }]
    : [{ kind: "link", href: safe, children }];
}

function lines(text: string): Inline[] {
  if (!text.includes("\n")) return text === "" ? [] : [{ kind: "text", text }];
  return text.split("\n").flatMap((line, at): Inline[] => [
    ...(at === 0 ? [] : [{ kind: "break" } as const]),
    ...(line === "" ? [] : [{ kind: "text", text: line } as const]),
  ]);
}
