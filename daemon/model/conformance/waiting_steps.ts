/** What the cases of waiting have in common: how a server keeps one waiting, and what comes of it. */
import * as anthropic from "./anthropic_wire.ts";
import type { Expected, Step, Transport } from "./case.ts";
import { answered, failed, finish, text } from "./expected.ts";
import * as sse from "./sse_wire.ts";
import * as ws from "./ws_wire.ts";

/** Where answers come in time on a busy machine, too, before the one that does not. */
export const PATIENT_MS = 2_000;
/** Where nothing has to come in time. */
export const SHORT_MS = 200;

export const HOLD: Step = { kind: "hold" };

/** A whole answer. */
export const YES = answered(text("Yes"), finish("stop"));
export const SAYS_YES: Record<Transport, Step[]> = {
  sse: sse.stream(sse.delta({ content: "Yes" }), sse.stop(), sse.DONE),
  ws: ws.frames(ws.token("Yes"), ws.done("stop")),
  anthropic: anthropic.stream(...anthropic.says("Yes")),
};

/** Half of one, and what follows. */
export function half(...rest: Step[]): Record<Transport, Step[]> {
  return {
    sse: [sse.STREAM_HEAD, { kind: "send", texts: [sse.delta({ content: "Half" })] }, ...rest],
    ws: [{ kind: "send", texts: [ws.token("Half")] }, ...rest],
    anthropic: [anthropic.STREAM_HEAD, { kind: "send", texts: anthropic.begun("Half") }, ...rest],
  };
}

export function noBeginning(): Expected {
  const says = ["did not begin to answer within", "model.firstTokenTimeoutMs"];
  return failed({ code: "first-token-timeout", retryable: true, says });
}

/** The answer stopped after these parts. */
export function stalled(...parts: Expected["parts"]): Expected {
  const says = ["stopped in the middle of its answer", "model.tokenTimeoutMs"];
  return failed({ code: "lmx-timeout", retryable: true, says }, ...parts);
}
