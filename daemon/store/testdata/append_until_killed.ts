/** Appends streamed lines until it is killed, and reports the number of each one on standard output once it is committed. */
import { SqliteStore } from "../sqlite_store.ts";
import { creation, deltas } from "../store_samples.ts";

const [path = ""] = Deno.args;
const store = await SqliteStore.open({ path, bootId: "boot" });
await store.append(creation("s"));
for (let head = 1;; head++) {
  await store.append(deltas("s", head));
  Deno.stdout.writeSync(new TextEncoder().encode(`${head + 1}\n`));
}
