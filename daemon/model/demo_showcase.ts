/** One text that uses every form of Markdown that a client should be able to show. */
export const markdownShowcase = `# Markdown

Words may be **bold**, *italic*, ***both***, ~~struck out~~ or \`code\`, and a [link](https://commonmark.org "CommonMark") \
leads elsewhere.

## Lists

- a first item
- a second one
  - with an item inside
  - and another
- a third one

1. Install.
2. Start.
3. Ask.

- [x] a task that is done
- [ ] a task that is not

## A table

| server     |  port | transport |
|:-----------|------:|:---------:|
| LMX        |  1234 |    ws     |
| Ollama     | 11434 |    sse    |
| llama.cpp  |  8080 |    sse    |

## Code

\`\`\`ts
/** The sum of a list. */
export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
\`\`\`

    an indented block is code, too

## A quotation

> The best way to have a good idea is to have lots of ideas.
>
> > Quotations nest.

---

### Other scripts

Grüße, 你好, こんにちは, здравствуй, नमस्ते, שלום, 👋🏽.`;
