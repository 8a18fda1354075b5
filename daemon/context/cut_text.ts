/** The beginning and the end of a long text, with a word on what is left out. No half of a surrogate pair is kept. Pure. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const head = wholeEnd(text.slice(0, Math.ceil(maxLength * 0.7)));
  const tail = wholeStart(text.slice(text.length - Math.floor(maxLength * 0.3)));
  return `${head}\n[… ${text.length - head.length - tail.length} characters left out …]\n${tail}`;
}

function wholeEnd(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}

function wholeStart(text: string): string {
  return /^[\uDC00-\uDFFF]/.test(text) ? text.slice(1) : text;
}
