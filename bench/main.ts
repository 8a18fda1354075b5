/**
 * `deno task bench`: measures, prints, and writes docs/performance.md, all but the section of the soak.
 *
 *     --quick         fewer and shorter rounds; prints and writes nothing
 *     --only a,b      these figures alone; prints and writes nothing
 *     --json FILE     writes the results as JSON as well
 */
import { parseArgs } from "@std/cli/parse-args";
import { openBench } from "./bench.ts";
import type { Figure } from "./figure.ts";
import { figures } from "./figures/mod.ts";
import { describeMachine } from "./machine.ts";
import { renderReport, type Results, resultTable, rowsOf, stageTables } from "./report.ts";
import { keepSection } from "../soak/section.ts";
import { measureStages } from "./stages.ts";

const REPORT = new URL("../docs/performance.md", import.meta.url);
/** The name under which `--only` asks for the breakdown. */
const STAGES = "stages";
/** A figure that takes longer hangs; the longest takes a minute and a half. */
const FIGURE_LIMIT_MS = 240_000;

async function main(args: string[]): Promise<number> {
  const unknown: string[] = [];
  const options = parseArgs(args, {
    string: ["only", "json"],
    boolean: ["quick"],
    unknown: (arg) => void unknown.push(arg),
  });
  const names = options.only?.split(",") ?? [...figures.map(({ name }) => name), STAGES];
  const chosen = figures.filter(({ name }) => names.includes(name));
  unknown.push(...names.filter((name) => name !== STAGES && !figures.some((figure) => figure.name === name)));
  if (unknown.length > 0) {
    console.error(
      `Unknown: ${unknown.join(", ")}. Figures are ${figures.map(({ name }) => name).join(", ")}, ${STAGES}.`,
    );
    return 2;
  }

  const results = await measure(chosen, names.includes(STAGES), options.quick);
  console.log(resultTable(rowsOf(results)));
  if (results.stages) console.log(`\n${stageTables(results.stages).join("\n\n")}`);
  if (options.json !== undefined) await Deno.writeTextFile(options.json, JSON.stringify(results, null, 2) + "\n");
  const failed = chosen.length - results.figures.length;
  if (failed === 0 && !options.quick && options.only === undefined) await writeReport(results);
  return failed === 0 ? 0 : 1;
}

/** A figure that fails is told of and left out; one that hangs ends the run, for it would disturb those after it. */
async function measure(chosen: readonly Figure[], withStages: boolean, quick: boolean): Promise<Results> {
  const began = performance.now();
  const machine = describeMachine();
  const results: Results = { machine, quick, seconds: 0, figures: [], stages: null };
  await using bench = await openBench(quick);
  for (const figure of chosen) {
    const since = performance.now();
    bench.say(`${figure.name} …`);
    try {
      const rows = await unlessGivenUp(figure.measure(bench));
      results.figures.push({ name: figure.name, method: figure.method, rows });
      bench.say(`${figure.name}: ${((performance.now() - since) / 1_000).toFixed(1)} s`);
    } catch (error) {
      bench.say(`${figure.name} failed: ${Deno.inspect(error)}`);
      if (error instanceof GivenUp) return results;
    }
  }
  if (withStages) results.stages = await unlessGivenUp(measureStages(bench));
  results.seconds = (performance.now() - began) / 1_000;
  return results;
}

/** The work goes on no longer: it was interrupted, or hangs. */
class GivenUp extends Error {
  override readonly name = "GivenUp";
}

/** @throws {GivenUp} on Ctrl-C, and when it takes too long */
async function unlessGivenUp<T>(work: Promise<T>): Promise<T> {
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const giveUp = (reason: string) => {
    addEventListener("unhandledrejection", (event) => event.preventDefault()); // its connections break when it is cleared up
    reject(new GivenUp(reason));
  };
  const interrupt = () => giveUp("Interrupted");
  const timer = setTimeout(() => giveUp(`It took more than ${FIGURE_LIMIT_MS} ms`), FIGURE_LIMIT_MS);
  Deno.addSignalListener("SIGINT", interrupt);
  try {
    return await Promise.race([work, givenUp]);
  } finally {
    clearTimeout(timer);
    Deno.removeSignalListener("SIGINT", interrupt);
  }
}

async function writeReport(results: Results): Promise<void> {
  const before = await Deno.readTextFile(REPORT).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  await Deno.writeTextFile(REPORT, keepSection(renderReport(results), before));
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", REPORT.pathname] }).output();
  console.error("Wrote docs/performance.md");
}

if (import.meta.main) Deno.exit(await main(Deno.args));
