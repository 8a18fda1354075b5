/** Types of what Opta uses of the standard library's `streams`. */
export class TextLineStream extends TransformStream<string, string> {
  constructor(options?: { allowCR?: boolean });
}
export function toText(stream: ReadableStream<Uint8Array | string>): Promise<string>;
