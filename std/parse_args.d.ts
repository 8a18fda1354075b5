/** Types of `parseArgs` as Opta calls it: every named option is a string, every named flag a boolean. */
export function parseArgs<S extends string = never, B extends string = never>(
  args: readonly string[],
  options?: { string?: readonly S[]; boolean?: readonly B[]; unknown?: (arg: string) => unknown },
): { [K in S]?: string } & { [K in B]: boolean } & { _: (string | number)[] };
