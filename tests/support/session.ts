/** Short ways that end-to-end tests use. */
import { Api, type EndpointSource } from "@opta/protocol/client";

/** Far more than any wait here takes, also on a busy machine; a test that reaches it has failed. */
const FAILURE_TIMEOUT_MS = 20_000;

/** The signal of a wait that must not last. */
export function soon(): AbortSignal {
  return AbortSignal.timeout(FAILURE_TIMEOUT_MS);
}

/** A new session of a daemon; returns its id. */
export async function createSession(daemon: { endpoint: EndpointSource }): Promise<string> {
  return (await new Api(daemon.endpoint).call("createSession", { body: {} })).sessionId;
}
