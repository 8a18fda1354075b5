/**
 * The lines of a change, each with its sign and colour. Lines of one kind are one element, and a long diff is drawn in
 * pieces of which the browser lays out those that are seen.
 */
import type { DiffLine } from "@opta/view/diff";

export type ShownLine = { kind: DiffLine["kind"] | "command" | "argument"; text: string };

/** Lines in a piece. */
const PIECE = 200;

export function DiffView({ lines, label }: { lines: readonly ShownLine[]; label: string }) {
  const pieces = Array.from(
    { length: Math.ceil(lines.length / PIECE) },
    (_, i) => runsOf(lines.slice(i * PIECE, (i + 1) * PIECE)),
  );
  return (
    <pre class={pieces.length > 1 ? "lines lines-long" : "lines"} tabIndex={0} aria-label={label}>
      {pieces.map((runs, piece) => (
        <span key={piece} class="lines-piece">
          {runs.map(({ kind, text }, run) => <span key={run} class={`line-${kind}`}>{`${text}\n`}</span>)}
        </span>
      ))}
    </pre>
  );
}

/** Lines of one kind that follow each other, as one text. */
export function runsOf(lines: readonly ShownLine[]): ShownLine[] {
  const runs: { kind: ShownLine["kind"]; texts: string[] }[] = [];
  for (const { kind, text } of lines) {
    const last = runs.at(-1);
    if (last?.kind === kind) last.texts.push(text);
    else runs.push({ kind, texts: [text] });
  }
  return runs.map(({ kind, texts }) => ({ kind, text: texts.join("\n") }));
}
