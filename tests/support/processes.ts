/** Looks for processes by what /proc says of them, as a test does that must leave none behind. Linux alone. */

/** How long something may take to come or go before a test fails. */
const LIMIT_MS = 30_000;
const POLL_MS = 20;

/** For `sleep`: a time that no other process sleeps, which tells the processes of one test from all others. */
export function unusualSeconds(): string {
  return `${100_000 + crypto.getRandomValues(new Uint32Array(1))[0]! % 1_000_000}.${Deno.pid}`;
}

/** The numbers of the processes whose arguments hold that text. */
export function processesWith(text: string): number[] {
  return allProcesses().filter((pid) => commandLineOf(pid).join("\0").includes(text));
}

/** The arguments of a process; none when it has ended. */
export function commandLineOf(pid: number): string[] {
  return read(`/proc/${pid}/cmdline`).split("\0").slice(0, -1);
}

/** Its children, as they are now. */
export function childrenOf(pid: number): number[] {
  return allProcesses().filter((child) => {
    const [, parent] = read(`/proc/${child}/stat`).split(") ").at(-1)?.split(" ") ?? [];
    return Number(parent) === pid;
  });
}

/** Resolves when no process is left whose arguments hold that text. */
export async function untilGone(text: string): Promise<void> {
  await until(() => processesWith(text).length === 0, () => `still there: ${processesWith(text).join(", ")}`);
}

/** Resolves when so many processes are there whose arguments hold that text. */
export async function untilThere(text: string, count: number): Promise<void> {
  const there = () => processesWith(text).length;
  await until(() => there() >= count, () => `only ${there()} of ${count} are there`);
}

/** Resolves when a file is there. */
export async function untilFile(path: string): Promise<void> {
  const stat = () => {
    try {
      return Deno.statSync(path) !== null;
    } catch {
      return false;
    }
  };
  await until(stat, () => `${path} never came`);
}

async function until(isTrue: () => boolean, problem: () => string): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(problem());
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function allProcesses(): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => pid > 0);
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return ""; // it has ended meanwhile
  }
}
