/** How much of a conversation fits into a model's window. Pure. Every count is an estimate; a server that counts otherwise says so. */
import type { ModelChoice, ModelMessage, ToolSpec } from "../model/model.ts";
import { ANSWER_RESERVE, ANTHROPIC_WINDOW, DEFAULT_WINDOW } from "./limits.ts";

export interface ContextWindow {
  /** `Infinity` for a model without one. */
  tokens: number;
  /** `false`: nobody said, so that what does not fit may fit all the same. */
  isKnown: boolean;
}

/** English text and code have about four characters to a token. */
const CHARACTERS_PER_TOKEN = 4;
/** What a message costs beside its text: its role, and where it begins and ends. */
const TOKENS_PER_MESSAGE = 4;

/** @param configured `model.contextLength`: of the user's own server, so not of another one's */
export function windowOf({ model, contextLength }: ModelChoice, configured: number | null): ContextWindow {
  if (contextLength === Infinity) return { tokens: Infinity, isKnown: true };
  if (model.provider === "anthropic") return { tokens: contextLength ?? ANTHROPIC_WINDOW, isKnown: true };
  const tokens = configured ?? contextLength;
  return tokens === undefined ? { tokens: DEFAULT_WINDOW, isKnown: false } : { tokens, isKnown: true };
}

/** What a request may take, so that the answer fits behind it. */
export function budgetOf({ tokens }: ContextWindow): number {
  return tokens - Math.min(ANSWER_RESERVE, Math.floor(tokens / 4));
}

export function estimateTokens(messages: readonly ModelMessage[], specs: readonly ToolSpec[] = []): number {
  const texts = messages.map((message) => tokensOf(message.content.length + callsLength(message)) + TOKENS_PER_MESSAGE);
  return sum(texts) + (specs.length > 0 ? tokensOf(JSON.stringify(specs).length) : 0);
}

/** How much text so many tokens are, in UTF-16 units. */
export function lengthOfTokens(tokens: number): number {
  return Math.floor(tokens * CHARACTERS_PER_TOKEN);
}

function callsLength(message: ModelMessage): number {
  if (!("toolCalls" in message)) return 0;
  return sum(message.toolCalls.map((call) => call.name.length + call.arguments.length));
}

function tokensOf(length: number): number {
  return Math.ceil(length / CHARACTERS_PER_TOKEN);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
