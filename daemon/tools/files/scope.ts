/** What a file host may touch. It is told once, when it starts, and no call can widen it. */
import { z } from "zod";

export const Scope = z.object({
  /** Where relative paths begin. A real path, as all of these are. */
  cwd: z.string(),
  roots: z.array(z.string()),
  /** Files and folders that stay closed though they lie in a root. */
  denied: z.array(z.string()),
  /** The folder of the session's checkpoints, for the host that writes. */
  checkpoints: z.string().nullable(),
});
export type Scope = z.infer<typeof Scope>;
