/** Text as models write it, in tokens of a few characters: paragraphs, lists, code and tables, over and over. */

const SECTION = `## How the cache is kept warm

A **reader** that comes late asks for what it has missed, and gets it from memory when it is recent, or else from the
log on disk; \`follow()\` does both, so that no reader can tell which it was. Nothing is copied for it.

1. The *first* page is read when a reader attaches.
2. Later pages come as the reader takes them, and no faster.
3. A reader that stalls holds a number, and nothing else.

\`\`\`ts
export async function readPage(store: Store, after: number): Promise<Line[]> {
  const lines = await store.read(after, { maxEvents: 500 });
  return lines.filter((line) => line.seq > after); // what came twice is dropped
}
\`\`\`

| reader | behind | served from |
| ------ | -----: | ----------- |
| ann    |      0 | memory      |
| bob    | 12,000 | disk        |

`;

/** Without an end. */
export function* answerTokens(): Generator<string, never> {
  const tokens = SECTION.match(/\s*[\w`*#]{1,5}|\s*[^\w\s]{1,2}|\s+/g) ?? [];
  for (;;) yield* tokens;
}

/** So many of them. */
export function takeTokens(count: number): string[] {
  const tokens = answerTokens();
  return Array.from({ length: count }, () => tokens.next().value);
}
