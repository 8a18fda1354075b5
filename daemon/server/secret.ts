/** Secrets that are handed out and come back: made from the CSPRNG, kept and compared as hashes. */
import { createHash, timingSafeEqual } from "node:crypto";

/** 256 random bits as base64url. */
export function newSecret(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toBase64({ alphabet: "base64url", omitPadding: true });
}

export function hashSecret(secret: string): Uint8Array {
  return createHash("sha256").update(secret).digest();
}

/** In constant time: hashes have one length, and `timingSafeEqual` looks at all of it. */
export function matchesHash(secret: string, hash: Uint8Array): boolean {
  return timingSafeEqual(hashSecret(secret), hash);
}
