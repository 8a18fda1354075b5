/** The entry of a file host; its argument is the scope. */
import { findProjectRules } from "../../permission/project_rules_host.ts";
import { findInstructions } from "../../context/instructions_host.ts";
import { serveHost } from "../host/serve_host.ts";
import { fileOperations } from "./host/file_operations.ts";
import { Scope } from "./scope.ts";

const scope = Scope.parse(JSON.parse(Deno.args[0] ?? "null"));
await serveHost({ ...fileOperations(scope), findInstructions, findProjectRules });
