/** The entry of an MCP host: the client of one MCP server, and the only place where its library is loaded. */
import { VERSION } from "../../../protocol/version.ts";
import { serveHost } from "../../tools/host/serve_host.ts";
import { CallRequest, ListRequest } from "../mcp_frame.ts";
import { ServerConnection } from "./server_connection.ts";

await using connection = new ServerConnection(VERSION);

await serveHost({
  tools: (args, { signal }) => connection.tools(ListRequest.parse(args).plan, signal),
  call(args, { signal }) {
    const { plan, tool, args: values } = CallRequest.parse(args);
    return connection.call(plan, tool, values, signal);
  },
});
