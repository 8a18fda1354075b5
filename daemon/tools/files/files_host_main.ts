/**
 * The entry of a file host; its argument is the scope. Most turns want no more of it than the instructions of the project,
 * and wait for them: what the file tools need is loaded when the first of them is called.
 */
import { findProjectRules } from "../../permission/project_rules_host.ts";
import { findInstructions } from "../../context/instructions_host.ts";
import { type HostOperation, serveHost } from "../host/serve_host.ts";
import { operations } from "./operations.ts";
import { Scope } from "./scope.ts";

const scope = Scope.parse(JSON.parse(Deno.args[0] ?? "null"));

let loaded: Promise<Record<string, HostOperation>> | undefined;

function load(): Promise<Record<string, HostOperation>> {
  return loaded ??= import("./host/file_operations.ts").then(({ fileOperations }) => fileOperations(scope));
}

const fileOperations = Object.keys(operations).map((name): [string, HostOperation] => [
  name,
  async (args, call) => await (await load())[name]!(args, call),
]);

await serveHost({ ...Object.fromEntries(fileOperations), findInstructions, findProjectRules });
