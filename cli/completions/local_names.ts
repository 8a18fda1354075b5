/** The names that files of the user hold: of profiles and of MCP servers. */
import { join } from "node:path";
import { MCP_FILE } from "../../protocol/file_names.ts";
import { parseJson } from "../json/parse_json.ts";
import type { Paths } from "../paths.ts";
import { readPrivateFile } from "../private_file.ts";
import { listProfileNames } from "../profiles/profile_names.ts";

export interface LocalNames {
  profiles(): Promise<string[]>;
  mcpServers(): Promise<string[]>;
}

export function localNames(paths: Paths): LocalNames {
  return {
    profiles: () => listProfileNames(paths),
    mcpServers: async () => {
      const file = parseJson(await readPrivateFile(join(paths.home, MCP_FILE)) ?? "");
      const servers = typeof file === "object" && file !== null && "servers" in file ? file.servers : null;
      return typeof servers === "object" && servers !== null ? Object.keys(servers) : [];
    },
  };
}
