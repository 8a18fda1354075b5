/** How a command line becomes a process: which shell reads it, and what it may use up. */

/** Largest file that a command may write, in the 512-byte blocks of `ulimit`: 4 GiB. */
const MAX_FILE_BLOCKS = 8 * 1024 * 1024;
/** Most processes and threads in a sandbox; outside of one the kernel would count all of the user's. Not held against root. */
const MAX_PROCESSES = 4_096;

/** Runs `$1` with bash where there is one: models write for it. `ulimit -p` is what dash calls `-u`. */
function script(isConfined: boolean): string {
  const limits = [
    "ulimit -c 0",
    `ulimit -f ${MAX_FILE_BLOCKS}`,
    ...(isConfined ? [`ulimit -u ${MAX_PROCESSES} || ulimit -p ${MAX_PROCESSES}`] : []),
  ];
  return `{ ${limits.join("; ")}; } 2>/dev/null
if command -v bash >/dev/null; then exec bash --noprofile --norc -c "$1"; fi
exec sh -c "$1"`;
}

/** The program that runs a command line, and its arguments. */
export function shellArgv(command: string, isConfined: boolean, os: typeof Deno.build.os): string[] {
  if (os === "windows") return ["cmd", "/d", "/s", "/c", command];
  return ["sh", "-c", script(isConfined), "sh", command];
}

/** The same with standard error going where standard output goes, so that what was written first is read first. */
export function merged(argv: readonly string[], os: typeof Deno.build.os): string[] {
  return os === "windows" ? [...argv] : ["sh", "-c", 'exec "$@" 2>&1', "sh", ...argv];
}
