/**
 * How long a model server may keep a turn waiting; each phase has its own limit, its own error code and its own setting,
 * because each fails for its own reason.
 */
export interface ModelTimeouts {
  /** Until the server takes the connection. */
  connectMs: number;
  /** From sending the request to the first piece of the answer: a long prompt on a small machine takes minutes. */
  firstTokenMs: number;
  /** Between two pieces of data that say something; what only keeps the connection warm does not count. */
  betweenTokensMs: number;
  /** From the beginning of a turn to its end, whatever it does meanwhile. */
  turnMs: number;
}

export const DEFAULT_TIMEOUTS: ModelTimeouts = {
  connectMs: 5_000,
  firstTokenMs: 180_000,
  betweenTokensMs: 60_000,
  turnMs: 3_600_000,
};

/** The config key of each, for messages. */
export const TIMEOUT_SETTINGS: Record<keyof ModelTimeouts, string> = {
  connectMs: "model.connectTimeoutMs",
  firstTokenMs: "model.firstTokenTimeoutMs",
  betweenTokensMs: "model.tokenTimeoutMs",
  turnMs: "model.turnTimeoutMs",
};
