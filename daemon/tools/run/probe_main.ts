/**
 * Prints what would hold the commands of turns back on this machine, for `opta doctor`, which may run without a daemon. The
 * one argument is a folder that exists.
 */
import { probeSandbox } from "./probe_sandbox.ts";

const [folder = "/"] = Deno.args;
console.log(JSON.stringify(await probeSandbox(folder, (name) => Deno.env.get(name))));
