/** What libraries say on the console, as lines for whoever has the screen: written by themselves they would garble it. */
import { inspect } from "node:util";
import { sanitize } from "../output/sanitize.ts";

const methods = ["log", "info", "debug", "warn", "error"] as const;

/** @returns the way to stop it */
export function captureConsole(say: (text: string) => void): Disposable {
  const before = methods.map((method) => [method, console[method]] as const);
  for (const method of methods) {
    console[method] = (...values: unknown[]) =>
      say(sanitize(values.map((value) => typeof value === "string" ? value : inspect(value)).join(" ")));
  }
  return {
    [Symbol.dispose]() {
      for (const [method, original] of before) console[method] = original;
    },
  };
}
