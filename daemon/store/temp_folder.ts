/** A folder for the database of one test, removed with all that is in it. */
import { join } from "node:path";

export class TempFolder implements AsyncDisposable {
  private constructor(readonly path: string) {}

  static async create(): Promise<TempFolder> {
    return new TempFolder(await Deno.makeTempDir({ prefix: "opta-store-" }));
  }

  get database(): string {
    return join(this.path, "sessions.db");
  }

  /** A copy of what is on the disk now, whoever has it open. */
  async copy(): Promise<TempFolder> {
    const copy = await TempFolder.create();
    for await (const { name } of Deno.readDir(this.path)) {
      if (!name.endsWith("-shm")) await Deno.copyFile(join(this.path, name), join(copy.path, name));
    }
    return copy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
