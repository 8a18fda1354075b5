/**
 * A project of somebody else: an empty folder into which npm installs the tarball of the client library, and what it
 * takes to use that. It is gone with the test.
 */
import { buildPackage } from "../../npm/build_package.ts";

/** What the consumer brings: a WebSocket for Node 20, and what it takes to check types. */
const PACKAGES = ["ws@8.23.0", "typescript@6.0.3", "@types/node@20", "@types/ws@8"];

export interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

export class ScratchProject implements AsyncDisposable {
  readonly folder: string;

  /** Makes one. @returns why there can be none, where there is no npm or it reaches no registry */
  static async make(): Promise<ScratchProject | string> {
    const project = new ScratchProject(await Deno.makeTempDir({ prefix: "opta-scratch-" }));
    try {
      await project.write("package.json", JSON.stringify({ name: "scratch", private: true, type: "module" }));
      const missing = await project.#install(...PACKAGES);
      if (missing !== null) {
        await project[Symbol.asyncDispose]();
        return missing;
      }
      const tarball = await buildPackage(await Deno.makeTempDir({ dir: project.folder, prefix: "pack-" }));
      const broken = await project.#install(tarball);
      if (broken !== null) throw new Error(`The tarball cannot be installed: ${broken}`);
      return project;
    } catch (error) {
      await project[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(folder: string) {
    this.folder = folder;
  }

  async write(name: string, text: string): Promise<void> {
    await Deno.writeTextFile(`${this.folder}/${name}`, text);
  }

  /** Runs a program in the folder. */
  async run(program: string, args: string[], env: Record<string, string> = {}): Promise<Run> {
    const command = new Deno.Command(program, { args, env, cwd: this.folder, stdin: "null" });
    const { code, stdout, stderr } = await command.output();
    return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }

  /** @returns why it could not be done */
  async #install(...packages: string[]): Promise<string | null> {
    const args = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts", ...packages];
    try {
      const { code, stderr } = await this.run("npm", args);
      return code === 0 ? null : stderr;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "There is no npm on this machine.";
      throw error;
    }
  }
}
