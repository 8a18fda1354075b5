/** Making sessions and submitting turns over HTTP, where how long that takes is not measured. */
import { Api } from "@opta/protocol/client";
import type { TestDaemon } from "../tests/support/start_daemon.ts";

export async function createSession(daemon: TestDaemon): Promise<string> {
  return (await new Api(daemon.endpoint).call("createSession", { body: {} })).sessionId;
}

/** Resolves when the turn is durable. */
export async function submitTurn(daemon: TestDaemon, sessionId: string): Promise<void> {
  const body = { clientId: "bench", writerId: "bench", content: "go", mode: "chat" as const };
  await new Api(daemon.endpoint).call("submitTurn", { params: { sessionId }, body });
}
