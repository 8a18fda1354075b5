/**
 * What a case of conformance is: something that a model server was seen to do, what that looks like on each transport, and
 * what must come of it. Data alone: conformance_test.ts plays it, and docs/models.md lists it.
 *
 * Another transport is added by naming it in `TRANSPORTS`: the compiler then asks for its wire in each case, or for the reason
 * why there is none, and for its `Subject` (subjects.ts).
 */
import type { ModelFailure, ModelPart } from "../model.ts";
import type { ModelTimeouts } from "../timeouts.ts";

export const TRANSPORTS = ["sse", "ws", "anthropic"] as const;
export type Transport = typeof TRANSPORTS[number];

export interface Case {
  number: number;
  name: string;
  /** What is tried on each transport, or in one line why it cannot occur there. */
  on: Record<Transport, Trial[] | string>;
}

/** One thing that the server does, and what the model must make of it. */
export interface Trial {
  /** Tells the trials of a case apart. */
  form?: string;
  /** What the server does with each request, in the order in which they come; all of them must come. */
  answers: Step[][];
  /** What the model must say, each time that it is asked. */
  expected: Expected[];
  /** Only those that matter: the others are far away. */
  timeouts?: Partial<ModelTimeouts>;
  /** The connections that the server must have been asked for, where a used one matters. */
  connections?: number;
  /** The caller cancels, and the server must notice in this way. */
  cancel?: { when: "asked" | "answering"; seenAs: "closed" | "cancelled" };
}

/**
 * What a server does next. What it sends are bytes of an HTTP body, or frames of a socket, in which `{{id}}` stands for the
 * request's id, and `{{previous}}` for that of the one before.
 */
export type Step =
  /** The head of an HTTP answer; on a socket it stands in place of the upgrade, when it comes first. */
  | { kind: "head"; status: number; headers: Record<string, string> }
  | { kind: "send"; texts: string[] }
  | { kind: "wait"; ms: number }
  /** Something that says nothing, now and then, until the client lets go: `text`, or what is no data at all. */
  | { kind: "keep-warm"; everyMs: number; text?: string }
  /** Nothing more, until the client lets go. */
  | { kind: "hold" }
  /** The same in place of the upgrade to a socket. */
  | { kind: "hold-upgrade" }
  /** The answer ends in good order; the connection stays. */
  | { kind: "end" }
  /** The connection goes away. */
  | { kind: "cut" };

export interface Expected {
  /** All parts but a failure; text of one kind that follows on itself is one. */
  parts: ModelPart[];
  failure?: Pick<ModelFailure, "code" | "retryable" | "again"> & { says: string[] };
}
