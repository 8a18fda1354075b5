/**
 * Markdown that arrives in pieces, as blocks: those that are closed are read once and never again, the open one when
 * somebody looks. Looking costs the length of the open chunk, which is bounded; an open fence costs nothing.
 */
import type { Block, BlockContent } from "./block.ts";
import { BlockScanner, type Chunk } from "./block_scanner.ts";
import { lexBlocks, plainParagraph } from "./lex_blocks.ts";

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
      this.#open = open ? blocksOf(open) : [];
    }
    return this.#open;
  }

  /** All of them. */
  get blocks(): readonly Block[] {
    return [...this.#closed, ...this.open];
  }

  #add(chunks: readonly Chunk[]): void {
    for (const chunk of chunks) this.#closed.push(...blocksOf(chunk));
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
  return contentsOf(chunk).map((content, at) => ({ ...content, key: `${chunk.id}.${at}` }));
}

function contentsOf(chunk: Chunk): BlockContent[] {
  if (chunk.kind === "markdown") return chunk.isPlain ? [plainParagraph(chunk.text)] : lexBlocks(chunk.text);
  const { language, lines, partial } = chunk;
  return [{ kind: "code", language, lines, partial }];
}
