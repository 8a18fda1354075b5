/** What every store must do, as tests that each implementation runs. Rules are those of protocol v3. */
import { storeCommitSuite } from "./store_commit_suite.ts";
import { storeDeleteSuite } from "./store_delete_suite.ts";
import { storeIndexSuite } from "./store_index_suite.ts";
import { storeLogSuite } from "./store_log_suite.ts";
import { storeUsageSuite } from "./store_usage_suite.ts";
import { storeWholeSuite } from "./store_whole_suite.ts";
import type { Append, Store } from "./store.ts";

export interface OpenOptions {
  now?: () => number;
  /** Sees each batch before its commit, and makes the commit fail when it throws. */
  beforeCommit?: (batch: readonly Append[]) => void;
}

/** Opens an empty store, and clears up after it. */
export type OpenStore = (options?: OpenOptions) => Promise<AsyncDisposable & { store: Store }>;

export function storeSuite(name: string, open: OpenStore): void {
  storeLogSuite(name, open);
  storeCommitSuite(name, open);
  storeIndexSuite(name, open);
  storeUsageSuite(name, open);
  storeDeleteSuite(name, open);
  storeWholeSuite(name, open);
}
