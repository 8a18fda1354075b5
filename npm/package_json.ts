/** What the package says of itself. */
import { VERSION } from "@opta/protocol";

/** The entry points: name in the package, and the module below the root. */
export const entries: Record<string, string> = {
  ".": "protocol/client/mod.ts",
  "./protocol": "protocol/mod.ts",
  "./node": "npm/node/mod.ts",
};

/** Where the compiled modules are in the package. */
export const CODE_FOLDER = "dist";

/**
 * @param dependencies versions by name. They stay packages of their own: the schemas are part of what the library gives
 *   out, and must be made by the same zod as those of whoever uses them.
 */
export function packageJson(dependencies: Record<string, string>): Record<string, unknown> {
  const exports = Object.fromEntries(
    Object.entries(entries).map(([name, module]) => {
      const path = `./${CODE_FOLDER}/${module.replace(/\.ts$/, "")}`;
      return [name, { types: `${path}.d.ts`, default: `${path}.js` }];
    }),
  );
  return {
    name: "@opta/client",
    version: VERSION,
    description: "Client library of Opta: attach to chat sessions of a local daemon, from browsers, Deno and Node",
    license: "UNLICENSED",
    type: "module",
    sideEffects: false,
    engines: { node: ">=20.3" },
    exports: { ...exports, "./package.json": "./package.json" },
    types: `./${CODE_FOLDER}/protocol/client/mod.d.ts`,
    files: [CODE_FOLDER, "protocol.md"],
    dependencies: Object.fromEntries(Object.entries(dependencies).map(([name, version]) => [name, `^${version}`])),
    peerDependencies: { ws: ">=8" },
    peerDependenciesMeta: { ws: { optional: true } },
  };
}
