/** Reads a file that holds a session, in whatever form it is; what it says is not trusted. */
import { jsonExcess, MAX_IMPORT_BYTES } from "@opta/protocol";
import { formatBytes } from "../../format_bytes.ts";
import type { EventLines } from "./event_lines.ts";
import { ImportFault } from "./import_fault.ts";
import { isLog, readLog } from "./read_log.ts";
import { readMessagesFile } from "./read_messages_file.ts";
import { isState, readState } from "./read_state.ts";
import { ContentHash, type SessionFile } from "./session_file.ts";

/** Most values of a JSON document: the longest session that fits the bytes has about as many. */
const MAX_VALUES = 4_000_000;

/** @throws {ImportFault} */
export async function readSessionFile(bytes: ReadableStream<Uint8Array>, nowIso: string): Promise<SessionFile> {
  const text = await readText(bytes);
  if (text.trim() === "") throw new ImportFault("", "it is empty");
  if (isLog(text)) return readLog(text);
  const excess = jsonExcess(text, MAX_VALUES);
  if (excess !== null) throw new ImportFault("", excess);
  const value = parse(text);
  refuseProtoKeys(value, "");
  if (typeof value === "object" && value !== null && isState(value)) {
    const { lines, origin } = readState(value);
    return { ...fileOf("json", lines, []), origin };
  }
  const { lines, remarks } = readMessagesFile(value, nowIso);
  return fileOf("messages", lines, remarks, text);
}

/** @param source names the content where the events do not: what has no time is given one that differs each time */
function fileOf(format: SessionFile["format"], lines: EventLines, remarks: string[], source?: string): SessionFile {
  const { text } = lines;
  const hash = new ContentHash();
  if (source === undefined) {
    for (const line of text.trimEnd().split("\n")) {
      const { event, ts, payload } = JSON.parse(line);
      hash.add(event, ts, payload);
    }
  } else hash.add("file", "", source);
  return { format, text, hash: hash.digest(), origin: null, remarks };
}

/** No more than the bound is ever held. */
async function readText(bytes: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let size = 0;
  for await (const part of bytes) {
    size += part.length;
    if (size > MAX_IMPORT_BYTES) {
      throw new ImportFault("", `it is larger than the ${formatBytes(MAX_IMPORT_BYTES)} of an import`);
    }
    text += decode(() => decoder.decode(part, { stream: true }));
  }
  return text + decode(() => decoder.decode());
}

function decode(next: () => string): string {
  try {
    return next();
  } catch (cause) {
    throw new ImportFault("", "it is not valid UTF-8", { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const at = /position (\d+)/.exec(String(cause))?.[1];
    const where = at === undefined ? "" : `line ${text.slice(0, Number(at)).split("\n").length}`;
    throw new ImportFault(where, "it is not valid JSON", { cause });
  }
}

/** Depth is bounded by then. */
function refuseProtoKeys(value: unknown, where: string): void {
  if (typeof value !== "object" || value === null) return;
  if (Object.hasOwn(value, "__proto__")) throw new ImportFault(where, 'it has the key "__proto__"');
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner !== "object") continue;
    refuseProtoKeys(inner, Array.isArray(value) ? `${where}[${key}]` : `${where === "" ? "" : `${where}.`}${key}`);
  }
}
