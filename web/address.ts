/**
 * What `opta web` says to the page in the fragment of its address, which never leaves the browser: the ticket, the name
 * of who opened it, and the session to show. Reading is pure; who reads takes ticket and name out of the address.
 */

export interface Introduction {
  /** One-time; `null` when the page was opened without one. */
  ticket: string | null;
  /** Of the person who opened the page. */
  name: string | null;
  /** What stays in the address: nothing, or a fragment with its `#`. */
  rest: string;
}

/** Longest name in UTF-16 units: it stands beside each message. */
export const MAX_NAME_LENGTH = 64;

/** @param hash of the address, with its `#` */
export function readIntroduction(hash: string): Introduction {
  const parts = hash.replace(/^#/, "").split("&");
  const values = new URLSearchParams(parts.join("&"));
  const rest = parts.filter((part) => part !== "" && !/^(?:ticket|name)(?:=|$)/.test(part)).join("&");
  return {
    ticket: values.get("ticket") || null,
    name: plainName(values.get("name") ?? ""),
    rest: rest === "" ? "" : `#${rest}`,
  };
}

/** A name as one may show it: one line, without characters that hide or turn round; `null` when nothing is left. */
export function plainName(text: string): string | null {
  const plain = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, "").trim();
  return plain.slice(0, MAX_NAME_LENGTH) || null;
}
