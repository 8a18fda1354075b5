/** Failures of Anthropic's API in words: what could not be done, why, and what to do about it. Pure. */
import { quote } from "./failure.ts";
import type { ModelFailure } from "./model.ts";
import type { ReachWords } from "./reach.ts";

/** What the API says of its own error. */
export interface AnthropicError {
  /** `overloaded_error`, `invalid_request_error` …; `null` when something else answered in its place. */
  type: string | null;
  message: string;
  /** By which Anthropic finds the request. */
  requestId?: string | null;
  /** Of an HTTP answer; without one, the request had been taken already. */
  status?: number;
  /** When it wants to be asked again, if it says so. */
  retryAfterMs?: number | null;
}

/** How to give the daemon a key. */
export const HOW_TO_SET_KEY = `Set one with "opta config set anthropic.apiKey" or in ANTHROPIC_API_KEY, ` +
  `then "opta daemon restart"`;

/** Statuses of a service that is down or overloaded: nothing has been done about the request. */
const TAKES_NO_REQUESTS: readonly number[] = [502, 503, 529];

export const anthropicReach: ReachWords = {
  cannotReach: (server, why) => {
    const message = `Cannot reach Anthropic at ${server}: ${why}. Check the network, or set another address with ` +
      `"opta config set anthropic.baseUrl URL".`;
    return { code: "lmx-connection-refused", message, retryable: true, again: { afterMs: null } };
  },
  /** The daemon runs with permission for Anthropic's host only when the settings name Anthropic. */
  notPermitted: (server) => {
    const message = `Cannot reach Anthropic at ${server}: the running daemon has no permission to connect there. ` +
      `Allow it with "opta config set provider.fallback anthropic", or make it the provider of all turns with ` +
      `"opta config set provider.active anthropic"; then "opta daemon restart".`;
    return { code: "lmx-connection-refused", message, retryable: false };
  },
};

export const noAnthropicKey: ModelFailure = {
  code: "bad-response",
  message: `Anthropic cannot be asked without an API key. ${HOW_TO_SET_KEY}.`,
  retryable: false,
};

/** The API broke the rules of its protocol; `what` continues "Anthropic at … ". */
export function anthropicBroke(server: string, what: string): ModelFailure {
  return { code: "bad-response", message: `Anthropic at ${server} ${what}. Try again.`, retryable: true };
}

/** Classifies an error that the API itself reports. */
export function anthropicFailure(server: string, model: string, error: AnthropicError): ModelFailure {
  const { status, type, retryAfterMs = null } = error;
  const said = saidOf(error);
  const http = status === undefined ? "" : ` (HTTP ${status})`;
  if (status === 401 || status === 403 || type === "authentication_error" || type === "permission_error") {
    const message = `Anthropic refused the API key${http}: ${said}. ${HOW_TO_SET_KEY}.`;
    return { code: "bad-response", message, retryable: false };
  }
  if (isModelMissing(error)) {
    const message = `Anthropic has no model "${model}"${http}: ${said}. Choose another one with --model or ` +
      `"opta config set anthropic.model NAME".`;
    return { code: "no-model-loaded", message, retryable: false };
  }
  if (isContextOverflow(error)) {
    const message = `The conversation does not fit into what "${model}" can read${http}: ${said}. Start a new session.`;
    return { code: "context-overflow", message, retryable: false };
  }
  // With a status the request was refused before anything was done; in a stream it was taken, and may be paid for.
  const again = status === undefined ? {} : { again: { afterMs: retryAfterMs } };
  if (status === 429 || type === "rate_limit_error") {
    const message = `Anthropic limits how much may be asked${http}: ${said}. Try again later.`;
    return { code: "rate-limited", message, retryable: true, ...again };
  }
  const message = `Anthropic at ${server} reported an error${http}: ${said}.`;
  if (status !== undefined && TAKES_NO_REQUESTS.includes(status)) {
    return { code: "bad-response", message: `${message} Try again later.`, retryable: true, ...again };
  }
  if (/\bmax_tokens\b/.test(error.message)) {
    const advice = ` Set the longest answer with "opta config set model.maxTokens NUMBER".`;
    return { code: "bad-response", message: message + advice, retryable: false };
  }
  return { code: "bad-response", message, retryable: isOfTheServer(error) };
}

/** The message, and in brackets what else there is and the message does not say itself. */
function saidOf({ message, type, requestId }: AnthropicError): string {
  const named = [type, requestId && `request ${requestId}`].filter((name) => name && !message.includes(name));
  return quote(message) + (named.length > 0 ? ` (${quote(named.join(", "))})` : "");
}

/** A request that is wrong stays wrong; a defect of the server may pass. */
function isOfTheServer({ status, type }: AnthropicError): boolean {
  return status === undefined ? type !== "invalid_request_error" && type !== "billing_error" : status >= 500;
}

/** A path that does not exist is not found either: that the model is meant, only the text tells. */
function isModelMissing({ status, type, message }: AnthropicError): boolean {
  return (status === 404 || type === "not_found_error") && /\bmodel\b/i.test(message);
}

function isContextOverflow({ status, type, message }: AnthropicError): boolean {
  return status === 413 || type === "request_too_large" ||
    /\bprompt is too long\b|\bexceeds? (?:the )?context (?:limit|window|length)\b/i.test(message);
}
