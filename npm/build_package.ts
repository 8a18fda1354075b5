/** The npm package of the client library, from its sources to the tarball. `npm` is needed for the last step. */
import { join } from "node:path";
import { compile } from "./compile.ts";
import { CODE_FOLDER, entries, packageJson } from "./package_json.ts";

const root = new URL("../", import.meta.url);
/** The packages that the library imports. */
const DEPENDENCIES = ["zod", "eventsource-parser"];

/**
 * Makes the tarball in a folder, which is made if need be.
 *
 * @returns its path
 * @throws {Error} when a source cannot be compiled, or `npm` cannot be run
 */
export async function buildPackage(out: string): Promise<string> {
  const dependencies = await pinnedVersions();
  const folder = join(out, "package");
  await Deno.remove(folder, { recursive: true }).catch(ignoreMissing);
  await compile(Object.values(entries), dependencies, join(folder, CODE_FOLDER));
  await Deno.writeTextFile(join(folder, "package.json"), `${JSON.stringify(packageJson(dependencies), null, 2)}\n`);
  await Deno.copyFile(new URL("docs/client.md", root), join(folder, "README.md"));
  await Deno.copyFile(new URL("docs/protocol.md", root), join(folder, "protocol.md"));
  return join(out, await npmPack(folder, out));
}

/** By name, as the import map has them. */
async function pinnedVersions(): Promise<Record<string, string>> {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  return Object.fromEntries(DEPENDENCIES.map((name) => {
    const version = /^npm:.+@([^@]+)$/.exec(String(imports[name]))?.[1];
    if (version === undefined) {
      throw new Error(`deno.json does not pin "${name}": the package cannot say which it needs.`);
    }
    return [name, version];
  }));
}

async function npmPack(folder: string, out: string): Promise<string> {
  const command = new Deno.Command("npm", {
    args: ["pack", "--json", "--ignore-scripts", "--pack-destination", out],
    cwd: folder,
    stdin: "null",
  });
  const { success, stdout, stderr } = await command.output().catch((cause) => {
    throw new Error("Cannot run npm, which makes the tarball. Install Node 20 or later.", { cause });
  });
  if (!success) throw new Error(`npm could not make the tarball: ${new TextDecoder().decode(stderr)}`);
  const [packed] = Object.values<{ filename: string }>(JSON.parse(new TextDecoder().decode(stdout)));
  if (!packed) throw new Error("npm made no tarball.");
  return packed.filename;
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
