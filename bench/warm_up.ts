/** Runs what is measured once before, so that no side pays for compiling its code during the first round. */
import type { FakeModel } from "../tests/support/mod.ts";
import type { TestDaemon } from "../tests/support/start_daemon.ts";
import type { BareRelay } from "./bare_relay.ts";
import type { Upstream } from "./bench.ts";
import { askOverSse, askOverWs } from "./direct.ts";
import { relayDirect, relayThrough } from "./measure_relay.ts";
import { attachEvents, attachSession, attachSocket } from "./opta_clients.ts";

const LOAD = { rate: 2_000, tokens: 1_000 };

export async function warmUp(
  daemon: TestDaemon,
  models: Record<Upstream, FakeModel>,
  upstream: Upstream,
  bareRelay: BareRelay,
): Promise<void> {
  const model = models[upstream];
  await relayDirect(model, upstream === "sse" ? askOverSse : askOverWs, LOAD);
  await relayDirect(models.sse, bareRelay.ask, LOAD);
  for (const attach of [attachSocket, attachEvents, attachSession]) await relayThrough(daemon, model, attach, LOAD);
}
