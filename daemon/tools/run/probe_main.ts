/**
 * Prints what would hold the commands of turns back on this machine, for `opta doctor`, which may run without a daemon. The
 * one argument is a folder that exists.
 */
import { HOST_VARIABLES } from "@opta/protocol";
import { probeSandbox } from "./probe_sandbox.ts";

const [folder = "/"] = Deno.args;
const env = Object.fromEntries(HOST_VARIABLES.map((name) => [name, Deno.env.get(name)]));
console.log(JSON.stringify(await probeSandbox(folder, env)));
