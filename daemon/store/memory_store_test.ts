import { MemoryStore } from "./memory_store.ts";
import { storeSuite } from "./store_suite.ts";

storeSuite("MemoryStore", (options) => {
  const store = new MemoryStore(options);
  return Promise.resolve({ store, [Symbol.asyncDispose]: () => store.close() });
});
