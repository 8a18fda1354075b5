/** Asks a model server for its list of models, for what only this command wants to know: how long that takes. */
import { z } from "zod";
import { parseJson } from "../json/parse_json.ts";
import { readBounded } from "../read_bounded.ts";

/** Of a server on another machine that is asleep or far away. */
const LIMIT_MS = 5_000;
/** What is read of an answer, in characters: the largest public lists are below a million. */
const MAX_ANSWER_LENGTH = 4 * 1024 ** 2;

export type ProbedServer =
  /** `models` is `null` when it has no such list. */
  | { kind: "answers"; latencyMs: number; status: number; models: string[] | null }
  | { kind: "unreachable"; reason: string };

const ModelIds = z.object({ data: z.array(z.object({ id: z.string() })) });

/** @param baseUrl with or without `/v1` */
export async function probeModelServer(
  baseUrl: string,
  apiKey: string | null,
  signal: AbortSignal,
): Promise<ProbedServer> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  const began = performance.now();
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, "").replace(/\/v1$/, "")}/v1/models`, {
      headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
      redirect: "manual", // another server may be meant by it, one that the user did not name
      signal: AbortSignal.any([signal, limit]),
    });
    const text = await readBounded(response, MAX_ANSWER_LENGTH) ?? ""; // whatever that was, it is no list of models
    const ids = ModelIds.safeParse(parseJson(text)).data?.data.map(({ id }) => id) ?? null;
    return { kind: "answers", latencyMs: performance.now() - began, status: response.status, models: ids };
  } catch (error) {
    const reason = limit.aborted ? `no answer within ${LIMIT_MS / 1_000} s` : reasonOf(error);
    return { kind: "unreachable", reason };
  }
}

/** The last words of the last cause say it best. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.cause instanceof Error) return reasonOf(error.cause);
  const message = error instanceof Error ? error.message : String(error);
  const last = message.split(": ").at(-1) ?? message;
  return last.replace(/ \(os error \d+\)$/, "").toLowerCase();
}
