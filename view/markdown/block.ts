/**
 * What a markdown text is made of, for whoever draws it. There is no HTML in it: tags are text, links have been vetted,
 * and images are never more than their description and their address.
 */

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "strong" | "emphasis" | "struck"; children: Inline[] }
  | { kind: "code"; text: string }
  /** `href` is one that `safeLink` lets pass; a link to anything else is text, with its address behind it. */
  | { kind: "link"; href: string; children: Inline[] }
  /** Not to be loaded: the address alone would tell somebody that the text was read. `null` for one that is not safe. */
  | { kind: "image"; href: string | null; alt: string }
  | { kind: "break" };

export interface CodeContent {
  kind: "code";
  /** As it stands behind the fence, a word at most; empty without. */
  language: string;
  /** Whole lines. Those of a fence that is still open are added here: the array is the same for each look at it. */
  lines: readonly string[];
  /** What has come of the next line; empty once the block is closed. */
  partial: string;
}

export interface ListItem {
  /** Whether the box is ticked; `null` for an item without one. */
  task: boolean | null;
  blocks: BlockContent[];
}

export type Align = "left" | "center" | "right" | null;

export type BlockContent =
  | { kind: "heading"; level: number; children: Inline[] }
  | { kind: "paragraph"; children: Inline[] }
  | CodeContent
  /** `start` counts ordered items. `isLoose`: its items are set apart. */
  | { kind: "list"; isOrdered: boolean; start: number; isLoose: boolean; items: ListItem[] }
  | { kind: "quote"; blocks: BlockContent[] }
  | { kind: "table"; align: Align[]; header: Inline[][]; rows: Inline[][][] }
  | { kind: "rule" };

/**
 * A block of the text itself. Its key stays the same while the text grows, and is unique in its text. `continues`: it is
 * the rest of the block before, which was cut because it became too long; of a table the header is repeated.
 */
export type Block = BlockContent & { key: string; continues?: true };

/** The code as it would be copied. */
export function codeText({ lines, partial }: CodeContent): string {
  return partial === "" ? lines.join("\n") : [...lines, partial].join("\n");
}

/** The words of a text, without its marks. */
export function wordsOf(inlines: readonly Inline[]): string {
  return inlines.map((inline) => {
    switch (inline.kind) {
      case "text":
      case "code":
        return inline.text;
      case "break":
        return "\n";
      case "image":
        return inline.alt;
      default:
        return wordsOf(inline.children);
    }
  }).join("");
}
