/** What is counted while the daemon runs, and the store's appends among it. */
import { StorageError, type Store } from "../store/store.ts";

export class Counters {
  eventsAppended = 0;
  requests = 0;
  /** Requests that were answered with a status of 400 or above. */
  failedRequests = 0;
  /** Sockets that were closed because nobody read them [R5]. */
  slowConsumers = 0;
  /** The latest append failed: what is stored can be read, nothing can be added. */
  get storeFailing(): boolean {
    return this.storeFailure !== null;
  }

  /** Why; `null` while it takes them. */
  storeFailure: string | null = null;
}

/** Lets `counters` see every append of `store`. */
export function countAppends(store: Store, counters: Counters): void {
  const append = store.append.bind(store);
  store.append = (request) => {
    const stored = append(request);
    stored.then(() => {
      counters.eventsAppended += request.lines.length;
      counters.storeFailure = null;
    }, (error) => {
      if (error instanceof StorageError) counters.storeFailure = error.message;
    });
    return stored;
  };
}
