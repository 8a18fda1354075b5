/** Bounds of what a model is sent, each with its reason. */

/** The window of a model whose server does not say: what most models of a few billion parameters have at the least. */
export const DEFAULT_WINDOW = 32_768;
/** Of every model that Anthropic offers; its list does not say. */
export const ANTHROPIC_WINDOW = 200_000;
/** Kept free for the answer, in tokens: a long one, with thinking before it. Never more than a quarter of the window. */
export const ANSWER_RESERVE = 8_192;
/** Longest project instructions in bytes: more would fill a quarter of a usual window, on every turn. */
export const MAX_INSTRUCTIONS_BYTES = 32 * 1024;
/** How long a turn waits for the project instructions: a disk that hangs must not hold it up. */
export const INSTRUCTIONS_WAIT_MS = 2_000;
/** For so long they are not looked for again: turns that follow each other closely share one look. */
export const INSTRUCTIONS_FRESH_MS = 10_000;
/** An old result of a tool is shortened to so many UTF-16 units: enough to know what it was. */
export const SHORT_RESULT_LENGTH = 1_500;
/** Text in the arguments of an old call, such as the content of a file that was written, likewise. */
export const SHORT_ARGUMENT_LENGTH = 500;
/** How much of the window the latest turns keep as they are, when those before are summarised. */
export const KEPT_SHARE = 0.3;
/** Longest summary in tokens, thinking of the model included; never more than a quarter of the window. */
export const MAX_SUMMARY_TOKENS = 4_096;
/** What is kept of a summary in UTF-16 units. */
export const MAX_SUMMARY_LENGTH = 12_000;
/** Each time that a server says the request is too long, it is made this much smaller … */
export const OVERFLOW_SHRINK = 0.6;
/** … so many times in a turn. */
export const MAX_OVERFLOWS = 3;
