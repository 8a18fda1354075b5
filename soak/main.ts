/**
 * `deno task soak`: streams for half an hour, prints what came of it, and writes its section of docs/performance.md.
 * Ctrl-C ends it with what it has. The exit code is 1 when a token was lost, doubled or out of order.
 *
 *     --short         ten minutes
 *     --minutes N     N minutes; less than ten print and write nothing
 */
import { parseArgs } from "@std/cli/parse-args";
import { describeMachine } from "../bench/machine.ts";
import { renderSoak } from "./report.ts";
import { withSection } from "./section.ts";
import { isWhole, runSoak } from "./soak.ts";

const REPORT = new URL("../docs/performance.md", import.meta.url);
const LONG_MINUTES = 30;
const SHORT_MINUTES = 10;

async function main(args: string[]): Promise<number> {
  const unknown: string[] = [];
  const options = parseArgs(args, {
    string: ["minutes"],
    boolean: ["short"],
    unknown: (arg) => void unknown.push(arg),
  });
  const minutes = options.minutes === undefined
    ? options.short ? SHORT_MINUTES : LONG_MINUTES
    : Number(options.minutes);
  if (unknown.length > 0 || !(minutes > 0 && minutes < Infinity)) {
    console.error("Usage: deno task soak [--short | --minutes N]");
    return 2;
  }
  const machine = describeMachine();
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  Deno.addSignalListener("SIGINT", interrupt);
  const result = await runSoak(minutes, interrupted.signal, console.error);
  Deno.removeSignalListener("SIGINT", interrupt);
  const section = renderSoak(result, machine);
  console.log(section);
  if (result.minutes >= SHORT_MINUTES) await writeSection(section);
  return isWhole(result.counts) ? 0 : 1;
}

async function writeSection(section: string): Promise<void> {
  await Deno.writeTextFile(REPORT, withSection(await Deno.readTextFile(REPORT), section));
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", REPORT.pathname] }).output();
  console.error("Wrote the section on the soak in docs/performance.md");
}

if (import.meta.main) Deno.exit(await main(Deno.args));
