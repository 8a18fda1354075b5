/** The server for tests as a program. */
// @ts-types="@modelcontextprotocol/sdk/server/stdio"
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { toolServer } from "./tool_server.ts";

const server = toolServer({
  env: Deno.env.toObject(),
  startChild() {
    const args = ["-c", "trap '' TERM; while true; do sleep 1; done"];
    const child = new Deno.Command("sh", { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
    child.unref();
    return child.pid;
  },
  die: () => Deno.exit(7),
});
await server.connect(new StdioServerTransport());
