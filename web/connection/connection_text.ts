/** The connection in words. Pure. */
import type { ConnectionState } from "@opta/protocol/client";
import type { SignInState } from "../sign_in.ts";

export interface ConnectionText {
  text: string;
  /** It needs somebody to do something. */
  isUrgent: boolean;
}

/** `null` while all is well. */
export function describeConnection(
  connection: ConnectionState,
  signIn: SignInState,
  nowMs: number,
): ConnectionText | null {
  if (signIn.kind === "ticket-wanted") return null; // the page says so as a whole
  switch (connection.kind) {
    case "live":
      return null;
    case "connecting":
      return { text: `Connecting by ${transportName(connection.transport)} …`, isUrgent: false };
    case "replaying":
      return { text: "Catching up …", isUrgent: false };
    case "waiting": {
      const seconds = Math.ceil((connection.retryAtMs - nowMs) / 1_000);
      const when = seconds > 1 ? `trying again in ${seconds} s` : "trying again";
      return { text: `No connection: ${connection.reason.message} Now ${when} …`, isUrgent: false };
    }
    case "closed":
      return { text: connection.reason.message, isUrgent: true };
    default:
      return connection satisfies never;
  }
}

export function transportName(transport: "ws" | "sse"): string {
  return transport === "ws" ? "WebSocket" : "SSE";
}
