/** What tests and benchmarks share: the fake model server and the clock by which its tokens are stamped. */
export { FAKE_MODEL, type FakeModelOptions } from "./fake_model.ts";
export { readNumbered, readStamps, type ScriptRule } from "./fake_script.ts";
export type { EndOfRun, SeenRequest, Stats } from "./fake_stats.ts";
export { sharedNowMs } from "./shared_clock.ts";
export { type FakeModel, startFakeModel } from "./start_fake_model.ts";
