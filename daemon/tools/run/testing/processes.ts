/** Looks for processes by what stands in their command line, as a test does that must leave none behind. */

/** How long processes may take to be gone before a test fails. */
const GONE_TIMEOUT_MS = 20_000;

/** The numbers of the processes whose arguments hold that text. */
export function processesWith(text: string): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => {
    if (!(pid > 0)) return false;
    try {
      return Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes(text);
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

export async function untilGone(text: string): Promise<void> {
  const deadline = performance.now() + GONE_TIMEOUT_MS;
  for (let left = processesWith(text); left.length > 0; left = processesWith(text)) {
    if (performance.now() > deadline) throw new Error(`still there: ${left.join(", ")}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function untilThere(text: string, count: number): Promise<void> {
  const deadline = performance.now() + GONE_TIMEOUT_MS;
  while (processesWith(text).length < count) {
    if (performance.now() > deadline) throw new Error(`only ${processesWith(text).length} of ${count} are there`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
