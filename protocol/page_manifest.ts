/**
 * What a build of the web client consists of: `manifest.json` in its folder. `deno task web` writes it, and the daemon
 * serves what it names and nothing else.
 */
import * as z from "zod";

/** A plain name within the folder: no way leads out of it, and nothing in it is hidden. */
export const AssetName = z.string().max(120).regex(/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.[a-z0-9]+$/);

export const PageAsset = z.object({
  /** Size in bytes, as it is. */
  bytes: z.number().int().nonnegative(),
  /** Size of the file with the suffix `.gz`, and of the one with `.br`; left out where there is none. */
  gz: z.number().int().positive().optional(),
  br: z.number().int().positive().optional(),
  /** A browser fetches it before it shows anything. */
  first: z.boolean(),
});
export type PageAsset = z.infer<typeof PageAsset>;

export const PageManifest = z.object({
  /** Hash of all that the build was made of. */
  sources: z.string(),
  /** The asset that is the document. */
  document: AssetName,
  /** By name, which holds the hash of the content. */
  assets: z.record(AssetName, PageAsset),
});
export type PageManifest = z.infer<typeof PageManifest>;

/** In the folder of the build; written last. */
export const PAGE_MANIFEST_FILE = "manifest.json";
