/** A log as `opta sessions export --format jsonl` writes it. It goes to the daemon as it is; here it is looked at. */
import { jsonExcess, parseEvent } from "@opta/protocol";
import { z } from "zod";
import { ImportFault } from "./import_fault.ts";
import { ContentHash, type SessionFile } from "./session_file.ts";

/** Whether the text begins with an event. */
export function isLog(text: string): boolean {
  const [line = ""] = text.trimStart().split("\n", 1);
  try {
    const first: unknown = JSON.parse(line);
    return typeof first === "object" && first !== null && "v" in first && "event" in first;
  } catch {
    return false;
  }
}

/** @throws {ImportFault} for what is no event; whether they make up a log, the daemon says */
export function readLog(text: string): SessionFile {
  const hash = new ContentHash();
  let origin: SessionFile["origin"] = null;
  let number = 0;
  for (let at = 0; at < text.length;) {
    const end = text.indexOf("\n", at);
    const line = text.slice(at, end === -1 ? text.length : end);
    at += line.length + 1;
    number++;
    if (line.trim() === "") continue;
    const { event, ts, payload, sessionId, epoch, seq } = readLine(line, number);
    hash.add(event, ts, payload);
    origin = { sessionId, epoch, seq };
  }
  return { format: "jsonl", text, hash: hash.digest(), origin, remarks: [] };
}

function readLine(line: string, number: number) {
  const excess = jsonExcess(line);
  if (excess !== null) throw new ImportFault(`line ${number}`, excess);
  try {
    return parseEvent(JSON.parse(line));
  } catch (cause) {
    const [issue] = cause instanceof z.ZodError ? cause.issues : [];
    const reason = issue ? `${issue.path.join(".")}: ${issue.message}` : "it is not valid JSON";
    throw new ImportFault(`line ${number}`, reason, { cause });
  }
}
