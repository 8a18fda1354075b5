/** The opaque cursor of a list: the place after the last row of a page, in the order of the list. */
import { OptaError } from "@opta/protocol";
import { Buffer } from "node:buffer";
import { z } from "zod";

export interface ListPlace {
  updatedAt: string;
  sessionId: string;
}

const Place = z.tuple([z.string(), z.string()]);

export function formatListCursor({ updatedAt, sessionId }: ListPlace): string {
  return Buffer.from(JSON.stringify([updatedAt, sessionId])).toString("base64url");
}

/** @throws {OptaError} `invalid_request` when it is not what `formatListCursor` wrote */
export function parseListCursor(cursor: string): ListPlace {
  try {
    const [updatedAt, sessionId] = Place.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    return { updatedAt, sessionId };
  } catch (cause) {
    const message = "Cannot continue the list: the cursor is not one that a list returned. Begin without a cursor.";
    throw new OptaError("invalid_request", message, undefined, { cause });
  }
}

/** `since` in the form in which `updatedAt` is stored, so that the two compare as text. */
export function normalizeTime(since: string): string {
  return new Date(since).toISOString();
}
