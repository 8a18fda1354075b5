/** The machine that was measured on, without anything that names it. */
import { cpus, totalmem } from "node:os";

export interface Machine {
  date: string;
  cores: number;
  processor: string;
  memoryGiB: number;
  system: string;
  deno: string;
  v8: string;
  /** Processes that wanted to run, on average, over the minute before the benchmark: more than 0 is somebody else. */
  loadBefore: number;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? "unknown",
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${Deno.build.os} ${Deno.build.arch}`,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    loadBefore: Deno.loadavg()[0] ?? 0,
  };
}
