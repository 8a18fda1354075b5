/** Reads an answer of whoever it is that listens there, as far as it may be true; loads nothing, for a Tab needs it too. */

/** In characters; `null` when there are more. Then the rest is not read. */
export async function readBounded(response: Response, maxLength: number): Promise<string | null> {
  let text = "";
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    if (text.length > maxLength) return null;
  }
  return text;
}
