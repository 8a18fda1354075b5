/** Errors in the words of the door that was knocked at. Doors of the protocol have H2's; the others have their own. */
import { type ErrorDialect, type OptaError, type Route, routes } from "@opta/protocol";

/** The dialect of what lies at a path, whether or not the method is right. */
export function dialectAt(pathname: string): ErrorDialect {
  const route = Object.values<Route>(routes).find(({ path, errors }) => errors && path === pathname);
  return route?.errors ?? (pathname.startsWith("/v1/") ? "openai" : "v3");
}

/** The status and the body of an error. */
export function phrase(error: OptaError, dialect: ErrorDialect): { status: number; body: unknown } {
  switch (dialect) {
    case "v3":
      return { status: error.status, body: { error: error.toBody() } };
    case "legacy":
      return isNoJson(error)
        ? { status: 500, body: { error: "Invalid JSON body" } } // as it was, status and all
        : { status: error.status, body: { error: plain(error) } };
    case "openai": {
      const { status, code, message } = error;
      return { status, body: { error: { message, type: typeOf(status), param: null, code } } };
    }
    default:
      return dialect satisfies never;
  }
}

function isNoJson({ cause }: OptaError): boolean {
  return cause instanceof SyntaxError;
}

/** Earlier releases said what is missing, and not where. */
function plain({ code, message }: OptaError): string {
  return code === "invalid_request" ? message.replace(/^The body is not valid: (?:message: )?/, "") : message;
}

/** The types that OpenAI's clients make their exceptions of. */
function typeOf(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  if (status === 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}
