/** Reads a file that holds a session, in whatever form it is; what it says is not trusted. */
import { jsonExcess, MAX_IMPORT_BYTES } from "@opta/protocol";
import { abortable } from "../../abortable.ts";
import { formatBytes } from "../../output/format_bytes.ts";
import type { EventLines } from "./event_lines.ts";
import { ImportFault } from "./import_fault.ts";
import { isLog, readLog } from "./read_log.ts";
import { readMessagesFile } from "./read_messages_file.ts";
import { isState, readState } from "./read_state.ts";
import { refuseProtoKeys } from "./refuse_proto_keys.ts";
import { ContentHash, type SessionFile } from "./session_file.ts";

/** Most values of a JSON document: the longest session that fits the bytes has about as many. */
const MAX_VALUES = 4_000_000;

/** @throws {ImportFault} or the signal's reason */
export async function readSessionFile(
  bytes: ReadableStream<Uint8Array>,
  nowIso: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<SessionFile> {
  const text = await readText(bytes, signal);
  if (text.trim() === "") throw new ImportFault("", "it is empty");
  if (isLog(text)) return readLog(text);
  const excess = jsonExcess(text, MAX_VALUES);
  if (excess !== null) throw new ImportFault("", excess);
  const value = parse(text);
  refuseProtoKeys(value);
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
async function readText(bytes: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = bytes.getReader();
  let text = "";
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await abortable(reader.read(), signal);
      if (done) return text + decode(() => decoder.decode());
      size += value.length;
      if (size > MAX_IMPORT_BYTES) {
        throw new ImportFault("", `it is larger than the ${formatBytes(MAX_IMPORT_BYTES)} of an import`);
      }
      text += decode(() => decoder.decode(value, { stream: true }));
    }
  } finally {
    reader.cancel().catch(() => {}); // whoever writes it is not waited for
    reader.releaseLock();
  }
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
