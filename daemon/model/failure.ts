/**
 * Model failures in words: what could not be done, why, and what to do about it. Pure; `server` is always the `host:port`
 * that people have configured. Which failure it is, is found out by the transports.
 */
import type { ModelFailure } from "./model.ts";
import type { TurnErrorCode } from "@opta/protocol";
import { type ModelTimeouts, TIMEOUT_SETTINGS } from "./timeouts.ts";

/** What a server says of its own error, whatever the transport. */
export interface UpstreamError {
  message: string;
  /** As the server spells it: `model_not_found`, `context_length_exceeded` … */
  code?: string | null;
  /** `invalid_request_error`, `insufficient_quota` … */
  type?: string | null;
  /** The field of the request that the server does not like. */
  param?: string | null;
  /** Of an HTTP answer; without one, the server had taken the request already. */
  status?: number;
  /** `Retry-After` of an HTTP answer. */
  retryAfterMs?: number | null;
}

/** More of a server's error text than this helps nobody: it may be a page or a stack trace. */
const MAX_QUOTED_LENGTH = 500;

export function cannotReach(server: string, why: string): ModelFailure {
  const message = `Cannot reach the model server at ${server}: ${why}. ` +
    `Set another with "opta config set connection.host HOST" or start the server.`;
  return { code: "lmx-connection-refused", message, retryable: true, again: { afterMs: null } };
}

/** The daemon runs with permission for the configured server alone. */
export function notPermitted(server: string): ModelFailure {
  const message =
    `Cannot reach the model server at ${server}: the running daemon has no permission to connect there. ` +
    `Give it to the daemon with "opta daemon restart".`;
  return { code: "lmx-connection-refused", message, retryable: false };
}

export function timedOut(server: string, phase: keyof ModelTimeouts, timeouts: ModelTimeouts): ModelFailure {
  const within = `within ${timeouts[phase] / 1_000} s`;
  const told = {
    connectMs: `did not take the connection ${within}. Check the host and that nothing on the way blocks the port`,
    firstTokenMs: `did not begin to answer ${within}. Try a shorter conversation or a smaller model, or try again`,
    betweenTokensMs: `stopped in the middle of its answer and sent nothing more ${within}. Try again`,
    turnMs: `did not come to the end of this turn ${within}. Ask for less at a time`,
  }[phase];
  const message = `The model server at ${server} ${told}, or set ${TIMEOUT_SETTINGS[phase]} higher.`;
  return { code: timeoutCodes[phase], message, retryable: true };
}

/** Clients in the field know silence in an answer as `lmx-timeout`. */
const timeoutCodes: Record<keyof ModelTimeouts, TurnErrorCode> = {
  connectMs: "connect-timeout",
  firstTokenMs: "first-token-timeout",
  betweenTokensMs: "lmx-timeout",
  turnMs: "turn-timeout",
};

export function socketClosed(server: string): ModelFailure {
  const message = `The connection to the model server at ${server} closed in the middle of the answer. ` +
    `Check that the server still runs, and try again.`;
  return { code: "lmx-ws-closed", message, retryable: true };
}

/** The server broke the rules of its protocol; `what` continues "The model server at … ". */
export function badResponse(server: string, what: string): ModelFailure {
  const message = `The model server at ${server} ${what}. Try again, or look into the server's log.`;
  return { code: "bad-response", message, retryable: true };
}

/** Classifies an error that the server itself reports. */
export function upstreamFailure(server: string, model: string, error: UpstreamError): ModelFailure {
  const { status, retryAfterMs = null } = error;
  const said = saidOf(error);
  if (status === 429) {
    const lasts = isOutOfQuota(error);
    const message = lasts
      ? `The model server at ${server} takes no more requests from this account (HTTP 429): ${said}. ` +
        `Look into the plan and the billing of that account, or choose another server.`
      : `The model server at ${server} takes no more requests for now (HTTP 429): ${said}. Try again later.`;
    return { code: "rate-limited", message, retryable: !lasts, ...(!lasts && { again: { afterMs: retryAfterMs } }) };
  }
  if (isModelMissing(error)) {
    const message = `The model server at ${server} cannot run "${model}": ${said}. ` +
      `Load it on that server, or choose another one with --model or "opta config set model.default NAME".`;
    return { code: "no-model-loaded", message, retryable: true };
  }
  if (isContextOverflow(error)) {
    const message = `The conversation does not fit into the context window of "${model}": ${said}. ` +
      `Start a new session, or choose a model with a longer window.`;
    return { code: "context-overflow", message, retryable: false };
  }
  if (status === 401 || status === 403) {
    const message = `The model server at ${server} refused the API key (HTTP ${status}): ${said}. ` +
      `Set it with "opta config set connection.apiKey KEY" or in OPTA_API_KEY.`;
    return { code: "bad-response", message, retryable: false };
  }
  const message = `The model server at ${server} reported an error${status ? ` (HTTP ${status})` : ""}: ${said}.`;
  // A request that is wrong stays wrong; one that met a defect of the server may pass later.
  const retryable = status === undefined || status >= 500;
  const isNotTaken = status === 502 || status === 503;
  return { code: "bad-response", message, retryable, ...(isNotTaken && { again: { afterMs: retryAfterMs } }) };
}

/** The message, and in brackets what else there is and the message does not say itself. */
function saidOf({ message, type, code, param }: UpstreamError): string {
  const named = new Set([code, type, param && `param ${param}`].filter((name) => name && !message.includes(name)));
  return quote(message) + (named.size > 0 ? ` (${quote([...named].join(", "))})` : "");
}

/** A limit that no waiting lifts. */
function isOutOfQuota({ message, code, type }: UpstreamError): boolean {
  return code === "insufficient_quota" || type === "insufficient_quota" || code === "billing_hard_limit_reached" ||
    /\b(?:billing|insufficient (?:quota|credits?|balance|funds))\b/i.test(message.slice(0, MAX_QUOTED_LENGTH));
}

function isModelMissing({ message, code }: UpstreamError): boolean {
  return code === "model_not_found" || code === "model_not_loaded" ||
    /\bnot (?:currently )?loaded\b|\bno models? (?:is |are )?loaded\b|\bmodel\b.*\b(?:not found|does not exist)\b/i
      .test(message.slice(0, MAX_QUOTED_LENGTH));
}

function isContextOverflow({ message, code }: UpstreamError): boolean {
  return code === "context_length_exceeded" || code === "exceed_context_size_error" ||
    /\bcontext (?:length|window|size)\b/i.test(message.slice(0, MAX_QUOTED_LENGTH));
}

/** What a server says, to stand in a sentence. A key that it repeats is in it whole or not at all, so that it can be masked. */
export function quote(message: string): string {
  const start = message.length > MAX_QUOTED_LENGTH
    ? message.slice(0, MAX_QUOTED_LENGTH).replace(/[\w.~+/=-]*$/, "")
    : message;
  const line = start.trim().replace(/\.$/, "");
  return message.length > MAX_QUOTED_LENGTH ? `${line} …` : line || "it does not say why";
}
