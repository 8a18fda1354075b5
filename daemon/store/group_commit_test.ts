import { assertEquals } from "@std/assert";
import { durabilityOf } from "./group_commit.ts";
import { deltas } from "./store_samples.ts";

Deno.test("durabilityOf() syncs a batch as soon as one append in it asks for that [E5]", () => {
  const written = deltas("s", 1);
  const synced = { ...written, durability: "synced" as const };
  assertEquals(durabilityOf([written, written]), "written");
  assertEquals(durabilityOf([written, synced, written]), "synced");
  assertEquals(durabilityOf([synced]), "synced");
});
