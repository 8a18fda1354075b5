/**
 * Errors as they cross the wire, `{code, message, retryable, details?}` [H2], and the one exception class that carries
 * such an error inside a process. Model failures are not here: they are `turn.error` events.
 */
import * as z from "zod";

/** Codes, each with its HTTP status. */
export const errorStatus = {
  invalid_request: 400,
  unauthorized: 401,
  forbidden_host: 403,
  forbidden_origin: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  idempotency_conflict: 409,
  permission_resolved: 409,
  resync_required: 410,
  payload_too_large: 413,
  too_many_attempts: 429,
  queue_full: 429,
  too_many_sessions: 429,
  too_many_connections: 429,
  /** The server that turns use has no admin API of LMX. */
  lmx_unsupported: 501,
  /** The admin key is missing or wrong. */
  lmx_forbidden: 403,
  /** LMX cannot do what it was asked: no memory, no disk, the model is in use … */
  lmx_refused: 409,
  internal: 500,
  /** No model server is configured, and none was found. */
  no_model_server: 503,
  lmx_unreachable: 502,
  lmx_timeout: 504,
  storage_unavailable: 503,
  shutting_down: 503,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** The error object of every answer that is not 2xx. `retryable`: the same request may succeed later, unchanged. */
export const ErrorBody = z.object({
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
  details: z.record(z.string(), z.unknown()).optional(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** The whole body of such an answer. */
export const ErrorResponse = z.object({ error: ErrorBody });

/** Codes after which the same request may succeed later. */
const retryableCodes: ReadonlySet<string> = new Set<ErrorCode>([
  "queue_full",
  "too_many_attempts",
  "too_many_connections",
  "storage_unavailable",
  "shutting_down",
  "no_model_server",
  "lmx_unreachable",
  "lmx_timeout",
]);

/** An error that has a code: thrown at the place that knows why, turned into an answer in one funnel. */
export class OptaError extends Error {
  override readonly name = "OptaError";

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details?: Record<string, unknown>,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** The HTTP status of the code. */
  get status(): number {
    return errorStatus[this.code];
  }

  /** The error object for the wire. */
  toBody(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      retryable: retryableCodes.has(this.code),
      ...(this.details && { details: this.details }),
    };
  }
}
