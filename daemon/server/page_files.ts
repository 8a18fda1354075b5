/**
 * The files of the web client, as `deno task web` has built them. A name is looked up in the manifest of the build, and
 * nothing that a request says becomes part of a path in any other way. What an earlier build of this process was asked
 * for stays known, for pages that are open load parts of themselves later.
 */
import { PAGE_MANIFEST_FILE, type PageAsset, PageManifest } from "@opta/protocol";

/**
 * Where the build lies, beside the source. A compiled binary holds it at the same place: `deno compile --include
 * web/dist`.
 */
export const PAGE_FOLDER = new URL("../../web/dist/", import.meta.url);

/** Names that are remembered: some ten builds, far more than are made while a page is open. */
const MAX_KNOWN = 1_000;

/** How a file may lie there beside itself, smallest first. */
export const ENCODINGS = [["br", "br"], ["gz", "gzip"]] as const;
export type Encoding = (typeof ENCODINGS)[number][1];

export interface PageFile {
  name: string;
  /** `null` for the file as it is. */
  encoding: Encoding | null;
  bytes: number;
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

export class PageFiles {
  readonly #folder: URL;
  /** Of the build that the document was last taken from, and of those before it; oldest first. */
  readonly #known = new Map<string, PageAsset>();

  constructor(folder: URL = PAGE_FOLDER) {
    this.#folder = folder;
  }

  /** The document of the build that there is now; `null` when there is none. */
  async document(accepts: (encoding: Encoding) => boolean): Promise<PageFile | null> {
    const manifest = await this.#readManifest();
    return manifest && this.#find(manifest.document, accepts);
  }

  /** `null` when no build has such a file. */
  async asset(name: string, accepts: (encoding: Encoding) => boolean): Promise<PageFile | null> {
    if (!this.#known.has(name)) await this.#readManifest();
    return this.#find(name, accepts);
  }

  #find(name: string, accepts: (encoding: Encoding) => boolean): PageFile | null {
    const asset = this.#known.get(name);
    if (!asset) return null;
    for (const [suffix, encoding] of ENCODINGS) {
      const bytes = asset[suffix];
      if (bytes !== undefined && accepts(encoding)) return this.#file(name, encoding, bytes, `.${suffix}`);
    }
    return this.#file(name, null, asset.bytes, "");
  }

  #file(name: string, encoding: Encoding | null, bytes: number, suffix: string): PageFile {
    return { name, encoding, bytes, read: () => Deno.readFile(new URL(`assets/${name}${suffix}`, this.#folder)) };
  }

  /** A build that is being made replaces the manifest last, so what it names is there. */
  async #readManifest(): Promise<PageManifest | null> {
    let text: string;
    try {
      text = await Deno.readTextFile(new URL(PAGE_MANIFEST_FILE, this.#folder));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
    const manifest = PageManifest.parse(JSON.parse(text));
    for (const [name, asset] of Object.entries(manifest.assets)) {
      this.#known.delete(name); // and comes last again
      this.#known.set(name, asset);
    }
    for (const name of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN) break;
      this.#known.delete(name);
    }
    return manifest;
  }
}
