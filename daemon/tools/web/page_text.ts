/** What a page says as text: by its content type, in its own charset. */
import { MAX_RESULT_LENGTH } from "../tool.ts";
import { htmlText } from "./html_text.ts";
import type { PageResponse } from "./request_page.ts";
import type { WebPage } from "./web_frame.ts";

/** Room for what stands around the text in a result. */
const MAX_TEXT_LENGTH = MAX_RESULT_LENGTH - 16 * 1024;
/** How far a page may take to name its charset, in bytes, as browsers have it. */
const MAX_META_BYTES = 1_024;

const HTML = /^(?:text\/html|application\/xhtml\+xml)$/;
const TEXT =
  /^(?:text\/.+|application\/(?:json|xml|javascript|x?-?yaml|toml|sql|graphql|x-sh|x-ndjson)|.+\+(?:json|xml))$/;

/** @throws {Error} when it is no text */
export function pageText(
  { contentType, body, isCut }: PageResponse,
  url: URL,
): Pick<WebPage, "title" | "text" | "isCut"> {
  const [type = "", ...parameters] = contentType.split(";").map((part) => part.trim().toLowerCase());
  const isBare = type === "" && !body.includes(0);
  if (!isBare && !HTML.test(type) && !TEXT.test(type)) throw new Error(`It is ${type || "binary"}, which is no text.`);
  const charset = parameters.find((part) => part.startsWith("charset="))?.slice("charset=".length).replaceAll('"', "");
  const decoded = decode(body, charset ?? (HTML.test(type) ? metaCharset(body) : undefined));
  const { title, text } = HTML.test(type) ? htmlText(decoded, url) : { title: "", text: decoded };
  return { title, text: text.slice(0, MAX_TEXT_LENGTH), isCut: isCut || text.length > MAX_TEXT_LENGTH };
}

/** A mark at the beginning goes before what is said of the charset; an unknown charset is taken for UTF-8. */
function decode(body: Uint8Array, charset = "utf-8"): string {
  const mark = body[0] === 0xfe && body[1] === 0xff
    ? "utf-16be"
    : body[0] === 0xff && body[1] === 0xfe
    ? "utf-16le"
    : null;
  try {
    return new TextDecoder(mark ?? charset).decode(body);
  } catch {
    return new TextDecoder().decode(body); // a RangeError: no such charset
  }
}

function metaCharset(body: Uint8Array): string | undefined {
  const start = new TextDecoder("latin1").decode(body.subarray(0, MAX_META_BYTES));
  return /<meta[^>]{1,200}charset\s{0,9}=\s{0,9}["']?([\w-]{1,40})/i.exec(start)?.[1];
}
