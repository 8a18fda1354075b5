/**
 * HTML as text that a model reads well: headings, paragraphs, lists, tables and links in the manner of Markdown; no scripts,
 * styles, forms and pictures. It goes once over the text and looks back at nothing, so that no page makes it slow.
 */
import { decodeEntities } from "./html_entities.ts";

/** Their content is no markup, and no text. */
const RAW = new Set(["script", "style", "template", "iframe", "noembed", "textarea", "xmp"]);
/** Nothing in them is text for people. */
const UNSHOWN = new Set(["svg", "canvas", "object", "video", "audio", "select"]);
/** They stand on lines of their own, those of the second with an empty line around. */
const LINES = new Set(
  "div section article header footer main nav aside tr li dt dd option figure figcaption address form fieldset details summary body html head title center"
    .split(" "),
);
const BLOCKS = new Set("p h1 h2 h3 h4 h5 h6 ul ol dl table pre blockquote hr".split(" "));

/** Most characters of the address of one link that are worth telling. */
const MAX_HREF_LENGTH = 500;

const TAG_NAME = /[a-zA-Z][^\s/>]*/y;
const HREF = /(?:^|[\s"'/])href\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/i;

export function htmlText(html: string, base: URL): { title: string; text: string } {
  const page = new Page(base);
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    page.text(html.slice(at, open < 0 ? html.length : open));
    if (open < 0) break;
    at = open + 1;
    if (html.startsWith("!--", at)) {
      const end = html.indexOf("-->", at + 3);
      at = end < 0 ? html.length : end + 3;
      continue;
    }
    const isEnd = html[at] === "/";
    TAG_NAME.lastIndex = isEnd ? at + 1 : at;
    const name = TAG_NAME.exec(html)?.[0].toLowerCase();
    if (name === undefined) {
      if (html[at] === "!" || html[at] === "?" || isEnd) at = after(html, ">", at);
      else page.text("<");
      continue;
    }
    const attributesAt = TAG_NAME.lastIndex;
    at = endOfTag(html, attributesAt);
    if (isEnd) page.end(name);
    else if (RAW.has(name)) at = endOfRaw(html, name, at);
    else if (!UNSHOWN.has(name) || html[at - 2] !== "/") {
      page.start(name, name === "a" ? html.slice(attributesAt, at - 1) : "");
    }
  }
  return page.done();
}

function after(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found < 0 ? html.length : found + mark.length;
}

/** Behind the `>` of a tag; one within quotes is part of an attribute. */
function endOfTag(html: string, from: number): number {
  let quote = "";
  for (let at = from; at < html.length; at++) {
    const char = html[at];
    if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === ">") return at + 1;
    else if ((char === '"' || char === "'") && html[at - 1] === "=") quote = char;
  }
  return html.length;
}

function endOfRaw(html: string, name: string, from: number): number {
  const end = new RegExp(`</${name}`, "gi");
  end.lastIndex = from;
  const found = end.exec(html);
  return found ? after(html, ">", found.index) : html.length;
}

/** The text as it grows. */
class Page {
  readonly #base: URL;
  readonly #parts: string[] = [];
  /** The link that is open; another that begins ends it. */
  #link: { href: string; begin: number } | null = null;
  #title = "";
  #isTitle = false;
  #unshown = 0;
  #pre = 0;
  #lists: { isOrdered: boolean; count: number }[] = [];
  /** Line breaks that are due before the next text. */
  #breaks = 0;
  #isAfterSpace = true;

  constructor(base: URL) {
    this.#base = base;
  }

  text(raw: string): void {
    if (raw === "" || this.#unshown > 0) return;
    const text = decodeEntities(raw);
    if (this.#isTitle) {
      this.#title += text;
      return;
    }
    if (this.#pre > 0) return this.#put(text, text.endsWith("\n"));
    const joined = text.replaceAll(/[\s\u00a0]+/g, " ");
    const shown = this.#isAfterSpace || this.#breaks > 0 ? joined.replace(/^ /, "") : joined;
    if (shown !== "") this.#put(shown, shown.endsWith(" "));
  }

  start(name: string, attributes: string): void {
    if (UNSHOWN.has(name)) this.#unshown++;
    if (this.#unshown > 0) return;
    this.#break(name);
    switch (name) {
      case "title":
        this.#isTitle = this.#title === "";
        break;
      case "br":
        this.#breaks = Math.min(2, this.#breaks + 1);
        break;
      case "hr":
        this.#put("---", false);
        this.#break(name);
        break;
      case "pre":
        this.#pre++;
        this.#put("```\n", true);
        break;
      case "ul":
      case "ol":
        this.#lists.push({ isOrdered: name === "ol", count: 0 });
        break;
      case "li":
        this.#put(this.#bullet(), true);
        break;
      case "td":
      case "th":
        if (!this.#isAfterSpace && this.#breaks === 0) this.#put(" | ", true);
        break;
      case "a":
        this.#startLink(attributes);
        break;
      default:
        if (/^h[1-6]$/.test(name)) this.#put(`${"#".repeat(Number(name[1]))} `, true);
    }
  }

  end(name: string): void {
    if (UNSHOWN.has(name)) this.#unshown = Math.max(0, this.#unshown - 1);
    if (this.#unshown > 0) return;
    if (name === "title") this.#isTitle = false;
    if (name === "a") this.#endLink();
    if (name === "pre" && this.#pre > 0) {
      this.#pre--;
      if (!this.#isAfterSpace) this.#put("\n", true);
      this.#put("```", false);
    }
    if (name === "ul" || name === "ol") this.#lists.pop();
    this.#break(name);
  }

  done(): { title: string; text: string } {
    const lines = this.#parts.join("").split("\n").map((line) => line.trimEnd());
    const text = lines.join("\n").replaceAll(/\n{3,}/g, "\n\n").trim();
    return { title: this.#title.replaceAll(/\s+/g, " ").trim(), text };
  }

  #break(name: string): void {
    const isNested = this.#lists.length > 0 && (name === "ul" || name === "ol");
    const due = BLOCKS.has(name) && !isNested ? 2 : LINES.has(name) || isNested ? 1 : 0;
    this.#breaks = Math.max(this.#breaks, due);
  }

  #put(text: string, endsInSpace: boolean): void {
    if (this.#breaks > 0 && this.#parts.length > 0) this.#parts.push("\n".repeat(this.#breaks));
    this.#breaks = 0;
    this.#parts.push(text);
    this.#isAfterSpace = endsInSpace;
  }

  #bullet(): string {
    const list = this.#lists.at(-1);
    const indent = "  ".repeat(Math.min(8, Math.max(0, this.#lists.length - 1)));
    return list?.isOrdered ? `${indent}${++list.count}. ` : `${indent}- `;
  }

  #startLink(attributes: string): void {
    const found = HREF.exec(attributes);
    const href = decodeEntities(found?.[1] ?? found?.[2] ?? found?.[3] ?? "").trim();
    this.#link = { href, begin: this.#parts.length };
  }

  /** A link whose text is not there, or is its address, needs no second telling. */
  #endLink(): void {
    const link = this.#link;
    this.#link = null;
    const url = link && link.href !== "" && !link.href.startsWith("#") ? URL.parse(link.href, this.#base) : null;
    if (!link || !url || !/^https?:$/.test(url.protocol) || url.href.length > MAX_HREF_LENGTH) return;
    const said = this.#parts.slice(link.begin).join("").trim();
    if (said !== "" && said !== url.href) this.#put(` (${url.href})`, false);
  }
}
