/**
 * Types of `parseArgs` as Opta calls it: every named option is a string, every named flag a boolean, and a collected
 * option may be given several times.
 */
export function parseArgs<S extends string = never, B extends string = never, C extends string = never>(
  args: readonly string[],
  options?: {
    string?: readonly S[];
    boolean?: readonly B[];
    collect?: readonly C[];
    unknown?: (arg: string) => unknown;
  },
): { [K in Exclude<S, C>]?: string } & { [K in B]: boolean } & { [K in C]: string[] } & { _: (string | number)[] };
