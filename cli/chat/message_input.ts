/**
 * When an entered text is a whole message. A line that ends in a backslash goes on in the next one; `"""` opens a
 * message that goes on to the closing `"""`. The same rules hold at the prompt and for lines from a pipe.
 */

const FENCE = '"""';

/** What was meant; `null` while the text goes on in the next line. */
export function readMessage(text: string): string | null {
  const begun = text.trimStart();
  if (begun.startsWith(FENCE)) {
    const body = begun.slice(FENCE.length);
    if (!body.includes(FENCE)) return null;
    const ended = body.trimEnd();
    // Text after the closing fence: the fences are part of what somebody wrote, a doc comment for instance.
    if (ended.indexOf(FENCE) < ended.length - FENCE.length) return text;
    return ended.slice(0, -FENCE.length).replace(/^[^\S\n]*\n/, "").replace(/\n[^\S\n]*$/, "");
  }
  return endsOpen(text) ? null : text;
}

/** The text with its next line; a backslash that says "to be continued" is not part of it. */
export function joinLine(text: string, line: string): string {
  return `${endsOpen(text) ? text.slice(0, -1) : text}\n${line}`;
}

/** One backslash at the end; two are a text that ends in backslashes. */
function endsOpen(text: string): boolean {
  return !text.trimStart().startsWith(FENCE) && text.endsWith("\\") && !text.endsWith("\\\\");
}
