/** `deno task web`: what it leaves, also when it runs twice at once, and that the daemon serves it from one place alone. */
import { PAGE_MANIFEST_FILE, PageManifest } from "@opta/protocol";
import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { PAGE_FOLDER as GRANTED } from "../cli/daemon_control/permissions.ts";
import { PAGE_FOLDER as SERVED } from "../daemon/server/page_files.ts";
import { buildPage, DIST, firstLoadBytes } from "../web/build.ts";
import { builtPage } from "./support/built_page.ts";
import { rawRequest } from "./support/raw_http.ts";
import { startDaemon } from "./support/start_daemon.ts";

Deno.test("two builds at once leave one page, whole, and a third has nothing to do", async () => {
  const folder = await Deno.makeTempDir({ prefix: "opta-dist-" });
  const dist = pathToFileURL(`${folder}/`);
  try {
    const [one, two] = await Promise.all([buildPage({ dist }), buildPage({ dist })]);
    assertEquals([one.isNew, two.isNew, one.manifest], [true, true, two.manifest]);
    assertEquals((await buildPage({ dist })).isNew, false);
    const manifest = PageManifest.parse(JSON.parse(await Deno.readTextFile(new URL(PAGE_MANIFEST_FILE, dist))));
    assertEquals(manifest, one.manifest);
    const left = await Array.fromAsync(Deno.readDir(dist), ({ name }) => name);
    assertEquals(left.toSorted(), ["assets", PAGE_MANIFEST_FILE], "no draft");

    const read = (name: string) => Deno.readFile(new URL(`assets/${name}`, dist));
    for (const [name, { bytes, gz, br }] of Object.entries(manifest.assets)) {
      const plain = await read(name);
      assertEquals(plain.length, bytes, name);
      if (gz !== undefined) assertEquals(new Uint8Array(gunzipSync(await read(`${name}.gz`))), plain, name);
      if (br !== undefined) assertEquals(new Uint8Array(brotliDecompressSync(await read(`${name}.br`))), plain, name);
      assert((gz ?? 0) < bytes && (br ?? 0) < bytes, name);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the first load of the page is under 120 kB, however it is compressed; grammars are loaded later", async () => {
  const { manifest } = await builtPage();
  for (const suffix of ["gz", "br"] as const) assertLess(firstLoadBytes(manifest, suffix), 120_000, suffix);
  const later = Object.entries(manifest.assets).filter(([, { first }]) => !first).map(([name]) => name);
  assert(later.some((name) => name.startsWith("python-")), later.join());
});

Deno.test("the document names files of its own and nothing that would need a wider policy [security 9]", async () => {
  const { manifest } = await builtPage();
  const html = await Deno.readTextFile(new URL(`assets/${manifest.document}`, DIST));
  const named = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, name = ""]) => name);
  for (const name of named) assert(Object.hasOwn(manifest.assets, name.replace(/^\/assets\//, "")), name);
  assertEquals([...html.matchAll(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/g)].length, 0);
  for (const [name] of Object.entries(manifest.assets)) {
    assertMatch(name, /-[0-9A-Za-z]{8,10}\.(?:html|js|css|svg)$/, "its name holds a hash");
  }
});

Deno.test("the daemon reads the page in one folder beside its source, which a compiled binary can hold", async () => {
  assertEquals(fileURLToPath(SERVED), GRANTED);
  assertEquals(SERVED.href, DIST.href);
  const { manifest } = await builtPage();
  await using daemon = await startDaemon(); // with the permissions of `opta daemon start`, in a folder of its own
  const get = (path: string) => rawRequest({ port: daemon.state.port, path });
  const document = await get("/");
  assertEquals([document.status, document.headers.get("etag")], [200, `"${manifest.document}"`]);
  for (const name of Object.keys(manifest.assets)) assertEquals((await get(`/assets/${name}`)).status, 200, name);
  const { permissions } = await (await daemon.fetch("/v3/status")).json();
  assertEquals(permissions.read, [daemon.stateDir, GRANTED]);
  assertStringIncludes(await Deno.readTextFile(new URL("../.gitignore", import.meta.url)), "/web/dist/");
});
