/**
 * The `opta` command. A Tab is answered here too, and has to be quick: Deno reads all modules that an import names before it
 * runs the first line, so these two are imported by names that it cannot see.
 */
import { noProxyWithLoopback } from "./no_proxy.ts";

const COMMAND = "./program/run_command.ts";
const COMPLETIONS = "./completions/complete_words.ts";

if (import.meta.main) {
  Deno.env.set("NO_PROXY", noProxyWithLoopback(Deno.env.toObject())); // before the first request, which reads it
  const [first, ...rest] = Deno.args;
  if (first === "complete-words") {
    const { completeWords }: typeof import("./completions/complete_words.ts") = await import(COMPLETIONS);
    await completeWords(...rest);
  } else {
    const { runCommand }: typeof import("./program/run_command.ts") = await import(COMMAND);
    await runCommand(Deno.args);
  }
  Deno.exit(); // whatever may still be open has served its purpose
}
