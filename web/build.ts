/**
 * `deno task web`: builds the page that the daemon serves, into `web/dist/`, unless what is there was made of the same
 * sources. Two builds at once do no harm: files have names of their content, and the manifest is replaced last.
 *
 *     sources ─► hash ─┬─ that of the manifest ─► up to date
 *                      └─ another ─► bundle ─► name by content ─► compress ─► move in ─► manifest ─► clear up
 */
import { PAGE_MANIFEST_FILE, type PageAsset, PageManifest } from "@opta/protocol";
import { bundlePage } from "./build/bundle_page.ts";
import { compress } from "./build/compress.ts";
import { clearUp, newDraft } from "./build/dist_folder.ts";
import { hashSources } from "./build/hash_sources.ts";
import { nameByContent } from "./build/name_by_content.ts";

const root = new URL("../", import.meta.url);
/** Where the daemon looks for it. */
export const DIST = new URL("web/dist/", root);

export interface BuildOptions {
  /** Build also when nothing has changed. */
  force?: boolean;
  dist?: URL;
}

export interface Build {
  manifest: PageManifest;
  isNew: boolean;
}

/** @throws {Error} saying what the bundler said */
export async function buildPage({ force = false, dist = DIST }: BuildOptions = {}): Promise<Build> {
  const sources = await hashSources(root);
  const before = await readManifest(dist);
  if (!force && before?.sources === sources) return { manifest: before, isNew: false };
  await using draft = await newDraft(dist);
  const page = nameByContent(await bundlePage(new URL("web/", root), draft.url));
  const assets: Record<string, PageAsset> = {};
  for (const { name, bytes, first } of page.files) {
    const variants = compress(name, bytes);
    await draft.add(name, bytes);
    for (const { suffix, bytes } of variants) await draft.add(`${name}.${suffix}`, bytes);
    const sizes = Object.fromEntries(variants.map(({ suffix, bytes }) => [suffix, bytes.length]));
    assets[name] = { bytes: bytes.length, ...sizes, first };
  }
  const manifest = PageManifest.parse({ sources, document: page.document, assets });
  await draft.moveIn(PAGE_MANIFEST_FILE, JSON.stringify(manifest, null, 2) + "\n");
  await clearUp(dist, manifest);
  return { manifest, isNew: true };
}

/** `null` when there is none, or one that this version does not understand. */
async function readManifest(dist: URL): Promise<PageManifest | null> {
  try {
    const text = await Deno.readTextFile(new URL(PAGE_MANIFEST_FILE, dist));
    return PageManifest.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Bytes that a browser fetches before it shows anything, compressed as well as it can take them. */
export function firstLoadBytes({ assets }: PageManifest, suffix: "gz" | "br"): number {
  return Object.values(assets).filter(({ first }) => first).reduce(
    (sum, asset) => sum + (asset[suffix] ?? asset.bytes),
    0,
  );
}

function describe({ manifest, isNew }: Build): string {
  const files = Object.entries(manifest.assets).toSorted(([, a], [, b]) => b.bytes - a.bytes);
  const kB = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`.padStart(10);
  const rows = files.map(([name, asset]) =>
    `${kB(asset.bytes)}${kB(asset.gz ?? asset.bytes)}${kB(asset.br ?? asset.bytes)}  ${
      asset.first ? "" : "later "
    }${name}`
  );
  const later = files.filter(([, { first }]) => !first).length;
  const first = `first load ${kB(firstLoadBytes(manifest, "br")).trim()} (brotli), ${
    kB(firstLoadBytes(manifest, "gz")).trim()
  } (gzip); ${later} parts are loaded later`;
  return isNew ? ["     plain      gzip    brotli", ...rows, first].join("\n") : `The page is up to date: ${first}`;
}

if (import.meta.main) {
  const unknown = Deno.args.filter((arg) => arg !== "--force" && arg !== "--quiet");
  if (unknown.length > 0) {
    console.error(`Unknown: ${unknown.join(" ")}. Flags are --force and --quiet`);
    Deno.exit(2);
  }
  try {
    const build = await buildPage({ force: Deno.args.includes("--force") });
    if (!Deno.args.includes("--quiet")) console.log(describe(build));
  } catch (error) {
    console.error(`The page could not be built: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
