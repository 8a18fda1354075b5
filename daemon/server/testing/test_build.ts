/** A build of the page for tests: as `deno task web` leaves one, with files that say what they are. */
import { PAGE_MANIFEST_FILE, type PageManifest } from "@opta/protocol";
import { pathToFileURL } from "node:url";
import { PageFiles } from "../page_files.ts";

export class TestBuild implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync();
  readonly files = new PageFiles(pathToFileURL(`${this.path}/`));

  /** Makes it of these scripts. */
  async write(scripts: string[]): Promise<void> {
    const document = `index-${scripts.join("")}.html`;
    const names = [document, ...scripts.map((name) => `${name}.js`)];
    await Deno.mkdir(`${this.path}/assets`, { recursive: true });
    const assets: PageManifest["assets"] = {};
    for (const name of names) {
      await Deno.writeTextFile(`${this.path}/assets/${name}`, `plain ${name}`);
      await Deno.writeTextFile(`${this.path}/assets/${name}.gz`, `gzip ${name}`);
      await Deno.writeTextFile(`${this.path}/assets/${name}.br`, `br ${name}`);
      assets[name] = { bytes: 6 + name.length, gz: 5 + name.length, br: 3 + name.length, first: true };
    }
    const manifest: PageManifest = { sources: "s", document, assets };
    await Deno.writeTextFile(`${this.path}/${PAGE_MANIFEST_FILE}`, JSON.stringify(manifest));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Deno.remove(this.path, { recursive: true });
  }
}
