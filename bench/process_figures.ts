/** What a process uses, as Linux tells it: memory and processor time. */

/** Clock ticks of `/proc/PID/stat` in a second; Linux has told programs 100 for decades, whatever the kernel uses. */
const TICKS_PER_SECOND = 100;

/** Memory that is in use, in MiB. */
export async function residentMiB(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

/** Processor time used so far, in seconds. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before may hold blanks
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The share of one core that a process uses while something happens, in per cent. */
export async function cpuShare(pid: number, during: () => Promise<unknown>): Promise<number> {
  const before = await cpuSeconds(pid);
  const began = performance.now();
  await during();
  return (await cpuSeconds(pid) - before) * 100_000 / (performance.now() - began);
}
