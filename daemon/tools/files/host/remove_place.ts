/**
 * Removes a file, or a folder with nothing in it. The system removes by path, and a folder above may be swapped for a
 * symlink at that very moment; so what is to go is first moved to a name that nothing else has, and looked at there. If
 * that is not what was meant, it is moved back: something outside may be away for a moment, but is never removed.
 */
import { dirname, join } from "node:path";
import type { Scope } from "../scope.ts";
import { isSame, locate, type Place, verify } from "./locate.ts";
import { persist } from "./persist.ts";
import { explain, Refusal } from "./refusal.ts";

export async function removePlace(scope: Scope, place: Place): Promise<void> {
  const { real, shown, info } = place;
  const aside = join(dirname(real), `.opta-${crypto.randomUUID()}.tmp`);
  try {
    const now = await locate(scope, real);
    if (!info || !now.info || !isSame(info, now.info)) throw new Refusal(`${shown} was changed meanwhile`);
    verify(scope, place, now.info);
    Deno.renameSync(real, aside);
    try {
      verify(scope, { real: aside, shown }, now.info);
      Deno.removeSync(aside);
    } catch (error) {
      if (!persist(() => Deno.renameSync(aside, real))) throw new Refusal(`${shown} is called ${aside} now`);
      throw error;
    }
  } catch (error) {
    if (error instanceof Error && /os error (39|66|145)\b/.test(error.message)) {
      throw new Refusal(`${shown} is a folder with files in it`);
    }
    throw explain(error, shown);
  }
}
