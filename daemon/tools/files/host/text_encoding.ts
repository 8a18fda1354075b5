/** Text files as bytes and as text. What is decoded here is encoded to the same bytes. Pure. */

export type Encoding = "utf-8" | "utf-8-bom" | "utf-16le" | "utf-16be";

export interface DecodedText {
  text: string;
  encoding: Encoding;
}

const MARKS: readonly { encoding: Encoding; label: string; mark: readonly number[] }[] = [
  { encoding: "utf-8-bom", label: "utf-8", mark: [0xef, 0xbb, 0xbf] },
  { encoding: "utf-16le", label: "utf-16le", mark: [0xff, 0xfe] },
  { encoding: "utf-16be", label: "utf-16be", mark: [0xfe, 0xff] },
  { encoding: "utf-8", label: "utf-8", mark: [] },
];

/** `null` for what is no text in one of these encodings: broken sequences, or a NUL character. */
export function decodeText(bytes: Uint8Array): DecodedText | null {
  const found = MARKS.find(({ mark }) => mark.every((byte, i) => bytes[i] === byte));
  if (!found) return null;
  try {
    const decoder = new TextDecoder(found.label, { fatal: true, ignoreBOM: true });
    const text = decoder.decode(bytes.subarray(found.mark.length));
    return text.includes("\0") ? null : { text, encoding: found.encoding };
  } catch {
    return null; // a broken sequence is all that a fatal decoder throws for
  }
}

/** Of well-formed text. */
export function encodeText({ text, encoding }: DecodedText): Uint8Array {
  const mark = MARKS.find((entry) => entry.encoding === encoding)?.mark ?? [];
  const body = encoding === "utf-16le" || encoding === "utf-16be"
    ? encodeUtf16(text, encoding === "utf-16le")
    : new TextEncoder().encode(text);
  const bytes = new Uint8Array(mark.length + body.length);
  bytes.set(mark);
  bytes.set(body, mark.length);
  return bytes;
}

function encodeUtf16(text: string, isLittleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), isLittleEndian);
  return new Uint8Array(view.buffer);
}
