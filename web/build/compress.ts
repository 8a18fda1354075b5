/** Compresses once, as well as it goes, what is sent many times. */
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

export interface Variant {
  suffix: "gz" | "br";
  bytes: Uint8Array;
}

/** Formats that are compressed as they are. */
const COMPRESSED = /\.(?:png|woff2)$/;

/** The variants that are smaller than the file itself. */
export function compress(name: string, bytes: Uint8Array): Variant[] {
  if (COMPRESSED.test(name)) return [];
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const variants: Variant[] = [
    { suffix: "gz", bytes: gzipSync(bytes, { level: 9 }) },
    { suffix: "br", bytes: brotliCompressSync(bytes, { params }) },
  ];
  return variants.filter((variant) => variant.bytes.length < bytes.length);
}
