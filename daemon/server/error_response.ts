/** The one place where an error becomes an answer [H2]. What is not meant for clients is logged and never sent. */
import { type ErrorDialect, OptaError } from "@opta/protocol";
import { z } from "zod";
import type { Report } from "../session/report.ts";
import { HeadMismatchError, StorageError } from "../store/store.ts";
import { phrase } from "./error_dialect.ts";

/** What was asked for, for the log. */
export interface Asked {
  where: string;
  sessionId?: string;
}

/** What a client is told of any error. What it is not told goes into the log, with what it had asked for. */
export function publicError(error: unknown, report: Report, asked: Asked): OptaError {
  if (error instanceof OptaError) return error;
  if (error instanceof z.ZodError) return new OptaError("invalid_request", describeFault(error));
  if (error instanceof StorageError || error instanceof HeadMismatchError) {
    report("warning", "The store refused", { ...asked, error: error.message });
    const reason = error instanceof StorageError && error.fault === "full"
      ? "The disk is full. Free some space; reading goes on meanwhile."
      : "The session's log cannot be written now. Try again; see: opta daemon logs";
    return new OptaError("storage_unavailable", reason);
  }
  report("error", "A request failed", { ...asked, error });
  return new OptaError("internal", "An internal error; the daemon's log has the details. See: opta daemon logs");
}

export function errorResponse(error: OptaError, dialect: ErrorDialect = "v3"): Response {
  const { status, body } = phrase(error, dialect);
  const response = Response.json(body, { status });
  const { retryAfterMs, allow } = error.details ?? {};
  if (typeof retryAfterMs === "number") response.headers.set("retry-after", `${Math.ceil(retryAfterMs / 1_000)}`);
  if (Array.isArray(allow)) response.headers.set("allow", allow.join(", "));
  if (error.code === "unauthorized") response.headers.set("www-authenticate", "Bearer");
  return response;
}

/** The first fault of what a client sent, with its path: `content: is empty`. */
export function describeFault(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return "The request is not valid.";
  const path = issue.path.join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}
