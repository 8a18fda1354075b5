/** The entry of a file host; its argument is the scope. */
import { serveHost } from "../host/serve_host.ts";
import { fileOperations } from "./host/file_operations.ts";
import { Scope } from "./scope.ts";

await serveHost(fileOperations(Scope.parse(JSON.parse(Deno.args[0] ?? "null"))));
