/** Argument parsing of the standard library, from npm (`cli/mod.js` of that package does not load). */
// @ts-types="./parse_args.d.ts"
export { parseArgs } from "deno-std/cli/parse_args.js";
