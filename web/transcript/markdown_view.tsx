/**
 * A text of a model as elements: each block is drawn once and again only when it has changed. Nothing of it becomes HTML,
 * no image is loaded, and links are those that `safeLink` let pass [security 9].
 */
import { Component, type ComponentChild } from "preact";
import {
  type Align,
  type Block,
  type BlockContent,
  type Inline,
  type ListItem,
  MarkdownStream,
} from "@opta/view/markdown";
import { memo } from "../memo.tsx";
import { CodeBlock } from "./code_block.tsx";

export interface MarkdownViewProps {
  text: string;
  /** More of it may come. */
  isOpen: boolean;
}

/** Reads what is added to a text, and no more. */
export class MarkdownView extends Component<MarkdownViewProps> {
  #stream = new MarkdownStream();
  #read = "";
  #hasEnded = false;

  override shouldComponentUpdate({ text, isOpen }: MarkdownViewProps): boolean {
    return text !== this.props.text || isOpen !== this.props.isOpen;
  }

  override render({ text, isOpen }: MarkdownViewProps): ComponentChild {
    this.#readUpTo(text, isOpen);
    const { closed, open } = this.#stream;
    return (
      <div class="markdown">
        {closed.map((block) => <BlockView key={block.key} block={block} isOpen={false} />)}
        {open.map((block) => <BlockView key={block.key} block={block} isOpen />)}
      </div>
    );
  }

  #readUpTo(text: string, isOpen: boolean): void {
    if (this.#hasEnded && (text !== this.#read || isOpen) || !text.startsWith(this.#read)) {
      this.#stream = new MarkdownStream();
      this.#read = "";
      this.#hasEnded = false;
    }
    this.#stream.push(text.slice(this.#read.length));
    this.#read = text;
    if (!isOpen && !this.#hasEnded) this.#stream.end();
    this.#hasEnded = !isOpen;
  }
}

const BlockView = memo<{ block: Block; isOpen: boolean }>(({ block, isOpen }) => <>{drawBlock(block, isOpen)}</>);

function drawBlock(block: BlockContent, isOpen: boolean): ComponentChild {
  switch (block.kind) {
    case "heading":
      return drawHeading(block.level, block.children);
    case "paragraph":
      return <p>{drawInlines(block.children)}</p>;
    case "code":
      return <CodeBlock code={block} isOpen={isOpen} />;
    case "list":
      return block.isOrdered
        ? <ol start={block.start}>{block.items.map((item) => drawItem(item, block.isLoose, isOpen))}</ol>
        : <ul>{block.items.map((item) => drawItem(item, block.isLoose, isOpen))}</ul>;
    case "quote":
      return <blockquote>{block.blocks.map((inner) => drawBlock(inner, isOpen))}</blockquote>;
    case "table":
      return drawTable(block.align, block.header, block.rows);
    case "rule":
      return <hr />;
    default:
      return block satisfies never;
  }
}

/** Below those of the page, so that its outline stays true. */
function drawHeading(level: number, children: Inline[]): ComponentChild {
  const text = drawInlines(children);
  if (level <= 1) return <h3>{text}</h3>;
  if (level === 2) return <h4>{text}</h4>;
  return level === 3 ? <h5>{text}</h5> : <h6>{text}</h6>;
}

function drawItem({ task, blocks }: ListItem, isLoose: boolean, isOpen: boolean): ComponentChild {
  const content = blocks.map((block, at) =>
    block.kind === "paragraph" && !isLoose
      ? <span key={at}>{drawInlines(block.children)}</span>
      : drawBlock(block, isOpen)
  );
  if (task === null) return <li>{content}</li>;
  return (
    <li class="task">
      <input type="checkbox" checked={task} disabled aria-label={task ? "Done" : "Not done"} />
      {content}
    </li>
  );
}

function drawTable(align: Align[], header: Inline[][], rows: Inline[][][]): ComponentChild {
  const sideOf = (column: number) => align[column] ? `align-${align[column]}` : undefined;
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label="Table">
      <table>
        <thead>
          <tr>
            {header.map((cell, column) => <th key={column} scope="col" class={sideOf(column)}>{drawInlines(cell)}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) => <td key={column} class={sideOf(column)}>{drawInlines(cell)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function drawInlines(children: readonly Inline[]): ComponentChild[] {
  return children.map(drawInline);
}

function drawInline(inline: Inline): ComponentChild {
  switch (inline.kind) {
    case "text":
      return inline.text;
    case "strong":
      return <strong>{drawInlines(inline.children)}</strong>;
    case "emphasis":
      return <em>{drawInlines(inline.children)}</em>;
    case "struck":
      return <del>{drawInlines(inline.children)}</del>;
    case "code":
      return <code>{inline.text}</code>;
    case "link":
      return <OutsideLink href={inline.href}>{drawInlines(inline.children)}</OutsideLink>;
    case "image": {
      const text = `image: ${inline.alt || inline.href || "without a name"}`;
      return inline.href === null
        ? <span class="image">{text}</span>
        : <OutsideLink href={inline.href}>{text}</OutsideLink>;
    }
    case "break":
      return <br />;
    default:
      return inline satisfies never;
  }
}

/** The other page learns neither where the link stood nor who followed it. */
function OutsideLink({ href, children }: { href: string; children: ComponentChild }) {
  return <a href={href} target="_blank" rel="noopener noreferrer" title={href}>{children}</a>;
}
