/**
 * Lays a block out and paints it. What throws is shown as plain text instead, and said once: nothing that a model writes
 * may break a turn.
 */
import { type BlockContent, codeText, wordsOf } from "@opta/view/markdown";
import type { Theme } from "../theme.ts";
import { layoutBlock } from "./layout_blocks.ts";
import { cleanLine, cleanText, type Line, paintLine } from "./run.ts";
import { wrapExactly } from "./wrap_runs.ts";

export interface RenderView {
  columns: number;
  theme: Theme;
}

/** Renders; the first failure goes to `onError`. */
export class BlockRenderer {
  readonly #onError: (error: unknown) => void;
  readonly #layout: typeof layoutBlock;
  #hasFailed = false;

  constructor(onError: (error: unknown) => void, layout = layoutBlock) {
    this.#onError = onError;
    this.#layout = layout;
  }

  render(block: BlockContent, { columns, theme }: RenderView): string[] {
    return this.guard(block, { columns, theme }, () => this.#layout(block, columns));
  }

  /** Paints what `layout` gives, or the plain text of the block. */
  guard(block: BlockContent, { columns, theme }: RenderView, layout: () => Line[]): string[] {
    try {
      return layout().map((line) => paintLine(line, theme));
    } catch (error) {
      if (!this.#hasFailed) this.#onError(error);
      this.#hasFailed = true;
      return plainLines(plainTextOf(block), columns);
    }
  }
}

export function plainLines(text: string, columns: number): string[] {
  return cleanText(text).split("\n").flatMap((line) =>
    wrapExactly([{ text: line, roles: [] }], columns).map((row) => row.map((run) => run.text).join(""))
  );
}

export function plainTextOf(block: BlockContent): string {
  switch (block.kind) {
    case "heading":
    case "paragraph":
      return wordsOf(block.children);
    case "code":
      return codeText(block);
    case "list":
      return block.items.map((item) => `- ${item.blocks.map(plainTextOf).join("\n")}`).join("\n");
    case "quote":
      return block.blocks.map(plainTextOf).join("\n");
    case "table":
      return [block.header, ...block.rows].map((row) => row.map((cell) => cleanLine(wordsOf(cell))).join(" | ")).join(
        "\n",
      );
    case "rule":
      return "---";
    default:
      return block satisfies never;
  }
}
