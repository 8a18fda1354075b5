/** One of the sessions that run side by side: a client that submits one turn after another and audits their answers. */
import { Api } from "@opta/protocol/client";
import { OptaSocket } from "../bench/opta_socket.ts";
import { createSession } from "../bench/turns.ts";
import type { TestDaemon } from "../tests/support/start_daemon.ts";
import { addCounts, noTokens, TokenAudit, type TokenCounts } from "./token_audit.ts";

export interface LaneOptions {
  daemon: TestDaemon;
  name: string;
  tokensPerTurn: number;
  /** Then comes a new session, so that prompts stay of a size that people's have. */
  turnsPerSession: number;
  /** A turn that takes longer hangs. */
  turnLimitMs: number;
}

/** Time for an interrupt to arrive: a terminal gives it to the daemon and the model server as well, which may be quicker. */
const INTERRUPT_MS = 500;

export class Lane {
  readonly counts: TokenCounts = noTokens();
  turns = 0;
  /** What was said of turns that failed. */
  readonly failures: string[] = [];
  readonly #options: LaneOptions;
  #turnNumber = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /**
   * Runs turns until `isOver`, the last of them to its end.
   *
   * @param interrupted leaves the turn that runs uncounted
   */
  async run(isOver: () => boolean, interrupted: AbortSignal): Promise<void> {
    const { daemon, turnsPerSession } = this.#options;
    while (!isOver() && !interrupted.aborted) {
      const sessionId = await createSession(daemon);
      await using socket = await OptaSocket.open(daemon);
      await socket.follow(sessionId);
      for (let i = 0; i < turnsPerSession && !isOver() && !interrupted.aborted; i++) {
        await this.#turn(socket, sessionId, interrupted);
      }
      if (!interrupted.aborted) {
        await new Api(daemon.endpoint).call("deleteSession", { params: { sessionId }, query: { now: "1" } });
      }
    }
  }

  async #turn(socket: OptaSocket, sessionId: string, interrupted: AbortSignal): Promise<void> {
    const { name, tokensPerTurn, turnLimitMs } = this.#options;
    const question = `${name}t${this.#turnNumber++}`;
    const audit = new TokenAudit(question);
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`A turn took more than ${turnLimitMs} ms`)), turnLimitMs);
    const onInterrupt = () => reject(new Error("Interrupted"));
    interrupted.addEventListener("abort", onInterrupt, { once: true });
    try {
      const ended = socket.turnEnd((text) => audit.text(text));
      await Promise.race([Promise.all([socket.submit(sessionId, question), ended]), late]);
    } catch (error) {
      await new Promise((resolve) => setTimeout(resolve, INTERRUPT_MS));
      if (interrupted.aborted) return;
      this.failures.push(error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(timer);
      interrupted.removeEventListener("abort", onInterrupt);
    }
    this.turns++;
    addCounts(this.counts, audit.counts(tokensPerTurn));
  }
}
