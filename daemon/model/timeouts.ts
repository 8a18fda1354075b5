/** How long a model server may keep a turn waiting; each phase has its own limit, because each fails for its own reason. */
export interface ModelTimeouts {
  /** Until the server takes the connection. */
  connectMs: number;
  /** From sending the request to the first piece of the answer: a long prompt on a small machine takes minutes. */
  firstTokenMs: number;
  /** Between two pieces of data; what only keeps the connection warm does not count. */
  betweenTokensMs: number;
}

export const DEFAULT_TIMEOUTS: ModelTimeouts = { connectMs: 5_000, firstTokenMs: 180_000, betweenTokensMs: 60_000 };
