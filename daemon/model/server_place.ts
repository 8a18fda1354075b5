/** Where a model server may be: its URL, its address, and the key that it is given. */
import { formatAddress, type ServerAddress } from "./reach.ts";

export interface ServerPlace {
  /** Without `/v1` and without a slash at the end. */
  baseUrl: string;
  address: ServerAddress;
  /** `host:port`, for people. */
  label: string;
  apiKey: string | null;
}

/** A server at an address; plain HTTP, as model servers on one's own machines speak it. */
export function placeAt(address: ServerAddress, apiKey: string | null): ServerPlace {
  return placeOf(`http://${formatAddress(address)}`, apiKey);
}

/** A server by its base URL as its documentation gives it, with or without `/v1`. */
export function placeOf(baseUrl: string, apiKey: string | null): ServerPlace {
  const url = new URL(baseUrl);
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const path = url.pathname.replace(/\/+$/, "").replace(/\/v1$/, "");
  return { baseUrl: url.origin + path, address: { host: url.hostname, port }, label: url.host, apiKey };
}

/** Nothing but host and port lead to the server: no path, no TLS. */
export function hasOwnAddress({ baseUrl, label }: ServerPlace): boolean {
  return baseUrl === `http://${label}`;
}
