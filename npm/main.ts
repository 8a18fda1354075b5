/**
 * `deno task pack`: makes the npm package of the client library, and prints where it is.
 *
 *     --out DIR    in this folder rather than in dist
 */
import { parseArgs } from "@std/cli/parse-args";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPackage } from "./build_package.ts";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));

async function main(args: string[]): Promise<number> {
  const unknown: string[] = [];
  const { out } = parseArgs(args, { string: ["out"], unknown: (arg) => void unknown.push(arg) });
  if (unknown.length > 0 || out === "") {
    console.error("Usage: deno task pack [--out DIR]");
    return 2;
  }
  // A task runs in the root, whatever folder it was called in.
  const folder = out === undefined ? DIST : resolve(Deno.env.get("INIT_CWD") ?? ".", out);
  await Deno.mkdir(folder, { recursive: true });
  console.log(await buildPackage(folder));
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
