/**
 * A script of the demo model: what it calls, one answer after the other, and what it says in the end. A script is a
 * generator without any state outside it, and the conversation is played to it again each time that the model is asked.
 */

/** A call by names of our own, which `fitArguments()` brings into those of the tool. */
export interface DemoCall {
  tool: string;
  args: Record<string, unknown>;
}

export interface DemoResult extends DemoCall {
  /** `false` when it did not do what it was asked for; `undefined` when nobody says. */
  ok: boolean | undefined;
  text: string;
}

/** Yields the calls of one answer, gets their results in the same order, and returns the text of the last answer. */
export type DemoScript = Generator<DemoCall[], string, DemoResult[]>;

export function call(tool: string, args: Record<string, unknown> = {}): DemoCall {
  return { tool, args };
}

/** An answer with a single call. */
export function* one(wish: DemoCall): Generator<DemoCall[], DemoResult, DemoResult[]> {
  const [result] = yield [wish];
  return result ?? { ...wish, ok: false, text: "No result." };
}

/** Runs one script after the other, as long as each does what it was asked for. */
export function* inOrder(scripts: readonly DemoScript[]): DemoScript {
  const said: string[] = [];
  for (const [i, script] of scripts.entries()) {
    const { text, isDone } = yield* toTheEnd(script);
    said.push(text);
    if (!isDone && i < scripts.length - 1) return [...said, "So I stopped there and did not go on."].join("\n\n");
  }
  return said.join("\n\n");
}

function* toTheEnd(script: DemoScript): Generator<DemoCall[], { text: string; isDone: boolean }, DemoResult[]> {
  let isDone = true;
  let step = script.next();
  while (!step.done) {
    const results = yield step.value;
    isDone = results.every(({ ok }) => ok !== false);
    step = script.next(results);
  }
  return { text: step.value, isDone };
}
