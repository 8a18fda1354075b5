/**
 * Markdown that arrives in pieces, as blocks: those that are closed are read once and never again, the open one when
 * somebody looks. Looking costs the length of the open chunk, which is bounded; an open fence costs nothing.
 */
import { type Block, type BlockContent, type CodeContent, wordsOf } from "./block.ts";
import { BlockScanner, type Chunk } from "./block_scanner.ts";
import { lexBlocks, lexWords, plainParagraph } from "./lex_blocks.ts";

export class MarkdownStream {
  readonly #scanner = new BlockScanner();
  readonly #closed: Block[] = [];
  /** `null` while nobody has looked at it since the last change. */
  #open: readonly Block[] | null = [];

  /** More of the text. */
  push(delta: string): void {
    if (delta === "") return;
    this.#add(this.#scanner.push(delta));
    this.#open = null;
  }

  /** There is no more of it: all blocks are closed. */
  end(): void {
    this.#add(this.#scanner.end());
    this.#open = [];
  }

  /** Blocks that will not change; later ones are added to this array. */
  get closed(): readonly Block[] {
    return this.#closed;
  }

  /** Blocks that may still change, as the text has come so far. They are not those that will be closed. */
  get open(): readonly Block[] {
    if (this.#open === null) {
      const { open } = this.#scanner;
      this.#open = open ? this.#counted(blocksOf(open)) : [];
    }
    return this.#open;
  }

  /** The open fence, when that is what is open: its whole lines will not change. */
  get fence(): (CodeContent & { key: string }) | null {
    const { open } = this.#scanner;
    if (open?.kind !== "fence") return null;
    const { id, language, lines, partial } = open;
    return { kind: "code", key: `${id}.0`, language, lines, partial };
  }

  /** The source of what is open, but for a fence. */
  get openText(): string {
    const { open } = this.#scanner;
    return open?.kind === "markdown" ? open.text : "";
  }

  /**
   * Closes the beginning of an open block that has become long, as much of it as `fits` and as cannot be changed by what
   * comes: of a list whole items, of a table whole rows, of a paragraph words outside of all marks.
   *
   * @returns whether there was anything to close
   */
  settle(fits: (beginning: Block) => boolean): boolean {
    const { open } = this.#scanner;
    if (open?.kind !== "markdown" || open.form === "plain" || this.open.length !== 1) return false;
    const { places } = this.#scanner;
    const beginningAt = (place: number) => blocksOf({ ...open, text: open.text.slice(0, place) });
    let [low, high] = [-1, places.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const [beginning, ...others] = beginningAt(places[middle]!);
      if (!beginning || (others.length === 0 && fits(beginning))) low = middle;
      else high = middle - 1;
    }
    const place = places[low];
    if (place === undefined || !isSettled(this.open[0]!, beginningAt(place), open.text.slice(place))) return false;
    this.#add(this.#scanner.cutAt(place));
    this.#open = null;
    return true;
  }

  /** All of them. */
  get blocks(): readonly Block[] {
    return [...this.#closed, ...this.open];
  }

  #add(chunks: readonly Chunk[]): void {
    for (const chunk of chunks) this.#closed.push(...this.#counted(blocksOf(chunk)));
  }

  /** A list that goes on counts on, whatever number its first item has. */
  #counted(blocks: Block[]): Block[] {
    const [first, ...others] = blocks;
    const before = this.#closed.at(-1);
    if (first?.kind !== "list" || !first.continues || before?.kind !== "list") return blocks;
    return [{ ...first, start: before.start + before.items.length }, ...others];
  }
}

/** A text that is finished. */
export function parseMarkdown(text: string): readonly Block[] {
  const stream = new MarkdownStream();
  stream.push(text);
  stream.end();
  return stream.closed;
}

function blocksOf(chunk: Chunk): Block[] {
  const continues = chunk.kind === "markdown" && chunk.continues;
  return contentsOf(chunk).map((content, at): Block => {
    const block = { ...content, key: `${chunk.id}.${at}` };
    return at === 0 && continues ? { ...block, continues } : block;
  });
}

function contentsOf(chunk: Chunk): BlockContent[] {
  if (chunk.kind === "markdown") return readers[chunk.form](chunk.text);
  const { language, lines, partial } = chunk;
  return [{ kind: "code", language, lines, partial }];
}

const readers = { blocks: lexBlocks, inline: lexWords, plain: (text: string) => [plainParagraph(text)] } as const;

/** Whether the beginning is the same by itself as it is in the whole. */
function isSettled(whole: Block, [beginning, ...others]: readonly Block[], rest: string): boolean {
  if (!beginning || others.length > 0 || beginning.kind !== whole.kind) return false;
  if (beginning.kind !== "paragraph" || whole.kind !== "paragraph") return beginning.kind !== "heading";
  const [other] = lexWords(rest);
  const words = other?.kind === "paragraph" ? wordsOf(other.children) : rest;
  return withoutBlanks(wordsOf(beginning.children) + words) === withoutBlanks(wordsOf(whole.children));
}

function withoutBlanks(text: string): string {
  return text.replaceAll(/\s+/g, "");
}
