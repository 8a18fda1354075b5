/** Types of what Opta uses of the standard library's `http`. */
export interface Cookie {
  name: string;
  value: string;
  httpOnly?: boolean;
  secure?: boolean;
  sameSite?: "Strict" | "Lax" | "None";
  path?: string;
  maxAge?: number;
}
export function getCookies(headers: Headers): Record<string, string>;
export function setCookie(headers: Headers, cookie: Cookie): void;
