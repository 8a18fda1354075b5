/** What can go wrong between a client and the daemon, as exceptions that say what to do. */
import type { z } from "zod";
import { type ErrorBody, type ErrorCode, ErrorResponse, errorStatus } from "../error.ts";

/** The daemon refused: an answer that is not 2xx, or an `error` frame. Its code may be one of a later version. */
export class ApiError extends Error {
  /** For whoever cannot use `instanceof`. */
  override readonly name = "ApiError";
  /** Which error it is, such as `not_found` or `queue_full`. */
  readonly code: string;
  /** The same request may succeed later, unchanged. */
  readonly retryable: boolean;
  /** What else the daemon says of it, such as `retryAfterMs`. */
  readonly details: Record<string, unknown>;

  /**
   * Made of what the daemon answered.
   *
   * @param status the HTTP status, also of a refusal over the WebSocket
   */
  constructor(readonly status: number, body: ErrorBody) {
    super(body.message);
    this.code = body.code;
    this.retryable = body.retryable;
    this.details = body.details ?? {};
  }

  /** An error that came without a status, in an `error` frame. */
  static fromBody(body: ErrorBody): ApiError {
    return new ApiError(Object.hasOwn(errorStatus, body.code) ? errorStatus[body.code as ErrorCode] : 500, body);
  }
}

/** No answer came: nothing listens there, the connection broke, or it took too long. */
export class DaemonUnreachableError extends Error {
  /** For whoever cannot use `instanceof`. */
  override readonly name = "DaemonUnreachableError";

  /**
   * Says where it was looked for.
   *
   * @param why in a few words, for people
   */
  constructor(baseUrl: string, why: string, options?: ErrorOptions) {
    super(
      `Cannot reach the Opta daemon at ${baseUrl}: ${why}. Look with "opta daemon status", start it with "opta daemon start".`,
      options,
    );
  }
}

/** The connection went away before an act was answered: whether it took effect is not known. */
export class ConnectionLostError extends Error {
  /** For whoever cannot use `instanceof`. */
  override readonly name = "ConnectionLostError";

  /**
   * Says what was not answered.
   *
   * @param action the `type` of the message
   */
  constructor(action: string) {
    super(`The connection broke before "${action}" was answered. Look at the session whether it took effect.`);
  }
}

/** The session is closed on this side, for a reason that trying again does not change. */
export class SessionClosedError extends Error {
  /** For whoever cannot use `instanceof`. */
  override readonly name = "SessionClosedError";

  /**
   * Made of why the session is closed.
   *
   * @param reason `closed` by this client, or what the daemon refused
   */
  constructor(readonly reason: ErrorBody) {
    super(reason.message);
  }

  /** That of the reason. */
  get code(): string {
    return this.reason.code;
  }
}

/** Why a request failed, in the platform's own words without their lead-in: `Connection refused (os error 111)`. */
export function whyOf(error: unknown): string {
  const innermost = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = innermost instanceof Error ? innermost.message : String(innermost);
  return text.slice(text.lastIndexOf(": ") + 1).trim();
}

/** The error object of an answer that is not 2xx, whoever gave it. */
export function readErrorBody(status: number, text: string): ErrorBody {
  const parsed = ErrorResponse.safeParse(parseJson(text));
  if (parsed.success) return parsed.data.error;
  const message = `The answer was ${status} and not one of an Opta daemon. Something else may be listening there.`;
  return { code: "bad_response", message, retryable: status >= 500 };
}

/** The error object for an answer that the contract does not know. */
export function badAnswer({ issues }: z.ZodError): ErrorBody {
  const where = issues[0] ? ` (${issues[0].path.join(".")}: ${issues[0].message})` : "";
  const message = `The daemon gave an answer of a shape that this client does not know${where}. ` +
    "Bring client and daemon to the same version.";
  return { code: "bad_response", message, retryable: false };
}

/** `undefined` when the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema that looks at it next says what is wrong
  }
}
