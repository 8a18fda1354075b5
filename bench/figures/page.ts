/** What a browser fetches of the page before it shows anything. */
import { builtPage } from "../../tests/support/built_page.ts";
import type { Figure } from "../figure.ts";
import { Rounds } from "../interleave.ts";
import { atMost, rowOf } from "../rows.ts";

/** What the page was told to keep below. */
const MOST_KB = 120;

export const page: Figure = {
  name: "page",
  method:
    "Bytes of the bodies that the daemon says it sends for `/` and for all that the document names, compressed as " +
    "the browser takes them; headers are not counted. What is loaded later, such as grammars of highlighted code, is not " +
    "in it.",
  async measure(bench) {
    await builtPage();
    const { baseUrl } = await bench.daemon("sse");
    return await Promise.all(["br", "gzip"].map(async (encoding) => {
      const opta = new Rounds();
      opta.add({ kB: await firstLoadBytes(baseUrl, encoding) / 1_000 });
      const label = `first load of the page, ${encoding === "br" ? "brotli" : encoding}`;
      return rowOf({ key: `page.first-${encoding}`, label, unit: "kB", opta, stat: "kB", target: atMost(MOST_KB) });
    }));
  },
};

async function firstLoadBytes(baseUrl: string, encoding: string): Promise<number> {
  const html = await (await fetch(baseUrl)).text();
  const named = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path);
  const sizes = await Promise.all(["/", ...new Set(named)].map((path) => sizeOf(baseUrl + path, encoding)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function sizeOf(url: string, encoding: string): Promise<number> {
  const { ok, status, headers } = await fetch(url, { method: "HEAD", headers: { "accept-encoding": encoding } });
  if (!ok) throw new Error(`${url} is answered with ${status}`);
  return Number(headers.get("content-length") ?? NaN);
}
