/**
 * Listens on the other loopback address as well. A browser resolves a name of `.localhost` to both and tries ::1 first:
 * whatever program sat there on the daemon's port would be shown in its place, and given its ticket and cookie. So that
 * name is used only when nobody else can sit there.
 */
import { twinOf } from "@opta/protocol";
import type { Report } from "../session/report.ts";
import { listen } from "./listen.ts";
import { Listener } from "./listener.ts";

/** `listener` is `null` where the machine has no such address, and so nobody can listen there. */
export interface Twin {
  listener: Listener | null;
}

/** `null` when somebody else may be there. */
export function listenOnTwin(
  host: string,
  port: number,
  answer: Deno.ServeHandler<Deno.NetAddr>,
  report: Report,
): Twin | null {
  const twin = twinOf(host);
  if (twin === null) return null;
  try {
    return { listener: new Listener((ports, cut) => listen(twin, ports, answer, cut), [port], report) };
  } catch (error) {
    return isMissing(error) ? { listener: null } : null;
  }
}

/** Whether the machine has no such address, or nothing of its family. */
function isMissing(error: unknown): boolean {
  if (error instanceof Deno.errors.AddrNotAvailable) return true;
  return error instanceof Error && "code" in error && error.code === "EAFNOSUPPORT";
}
