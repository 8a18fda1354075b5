import { assertEquals } from "@std/assert";
import { Drafts } from "./drafts.ts";
import { PreferenceStore } from "./preferences.ts";

class FakeStorage {
  readonly items = new Map<string, string>();
  isFull = false;

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    if (this.isFull) throw new DOMException("full", "QuotaExceededError");
    this.items.set(key, value);
  }
}

Deno.test("Drafts outlive a reload, by session, and go when they are sent", () => {
  const storage = new FakeStorage();
  const drafts = new Drafts(storage);
  drafts.set("a", "half a thought");
  drafts.set("b", "another");
  drafts.set("b", "");
  const again = new Drafts(storage);
  assertEquals([again.get("a"), again.get("b"), again.get("c")], ["half a thought", "", ""]);
  assertEquals([...storage.items.values()], ['[["a","half a thought"]]']);
});

Deno.test("Drafts are bounded: the oldest goes, and a very long one is kept by the page alone", () => {
  const storage = new FakeStorage();
  const drafts = new Drafts(storage);
  for (let i = 0; i < 60; i++) drafts.set(`s${i}`, "text");
  assertEquals([drafts.get("s0"), drafts.get("s59")], ["", "text"]);
  drafts.set("long", "x".repeat(100_000));
  assertEquals([drafts.get("long").length, new Drafts(storage).get("long")], [100_000, ""]);
});

Deno.test("a storage that is full, shut or holds something else loses nothing that is on the page", () => {
  const storage = new FakeStorage();
  storage.items.set("opta.drafts", '{"not":"ours"}');
  storage.items.set("opta.preferences", '{"theme":"pink","mode":"do","singleKeys":"yes"}');
  storage.isFull = true;
  const drafts = new Drafts(storage);
  drafts.set("a", "text");
  assertEquals([drafts.get("a"), new Drafts(null).get("a")], ["text", ""]);
  const preferences = new PreferenceStore(storage);
  assertEquals(preferences.value.get(), { theme: "auto", mode: "do", singleKeys: true, folder: "" });
  preferences.set({ theme: "dark" });
  assertEquals(preferences.value.get().theme, "dark");
});
