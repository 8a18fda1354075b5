/**
 * Milliseconds on a clock that all processes of this machine share, with microseconds behind the point: two processes were
 * measured to agree within 1 µs. `process.hrtime` is no such clock in Deno: there it counts from the start of the process.
 * It follows the wall clock as that was when the process started, so it is for spans of minutes, not of days.
 */
export function sharedNowMs(): number {
  return performance.timeOrigin + performance.now();
}
