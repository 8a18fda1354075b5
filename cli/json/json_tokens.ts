/** The tokens of a JSON text with comments, so far as it matters for changing it: what is blank, what is a comment, what is not. */
import { createScanner } from "jsonc-parser";

export type TokenKind = "blank" | "line comment" | "block comment" | "comma" | "other";

export interface Token {
  kind: TokenKind;
  start: number;
  end: number;
}

/** The scanner's own numbers; its package has them as an enum that exists for its compiler alone. */
const kinds: Readonly<Record<number, TokenKind>> = {
  5: "comma",
  12: "line comment",
  13: "block comment",
  14: "blank",
  15: "blank",
};
const END = 17;

/** Those that begin between two places, of which the first is not within a token. */
export function tokensOf(text: string, from: number, to: number): Token[] {
  const scanner = createScanner(text, false);
  scanner.setPosition(from);
  const found: Token[] = [];
  for (let kind: number = scanner.scan(); kind !== END; kind = scanner.scan()) {
    const start = scanner.getTokenOffset();
    if (start >= to) break;
    found.push({ kind: kinds[kind] ?? "other", start, end: start + scanner.getTokenLength() });
  }
  return found;
}

export function isComment({ kind }: Token): boolean {
  return kind === "line comment" || kind === "block comment";
}

export function isTrivia(token: Token): boolean {
  return token.kind === "blank" || isComment(token);
}
