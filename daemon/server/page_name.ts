/**
 * The name under which browsers call the daemon: `opta-k3v9….localhost`, which they resolve to this machine by themselves.
 * A cookie goes to every port of its host, so on a name that others know it would go to every server of this machine that
 * a link leads to; this one is random, stays in the daemon's folder, and nobody else serves it.
 */
import { stateFiles } from "@opta/protocol";
import { join } from "node:path";

/** 32 letters and digits that cannot be taken for one another, so that a random byte gives one without a bias. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
/** 80 bits: nobody tries them. */
const LENGTH = 16;
const NAME = new RegExp(`^opta-[${ALPHABET}]{${LENGTH}}\\.localhost$`);

/** The name of this folder's daemon, the same after each start; whoever is the first makes it. */
export async function pageName(stateDir: string): Promise<string> {
  const path = join(stateDir, stateFiles.pageName);
  const known = await Deno.readTextFile(path).catch(() => ""); // missing, or to be replaced
  if (NAME.test(known.trim())) return known.trim();
  const name = newName();
  const draft = `${path}.tmp`;
  await Deno.remove(draft).catch(() => {}); // left by a crash
  await Deno.writeTextFile(draft, `${name}\n`, { createNew: true, mode: 0o600 });
  await Deno.rename(draft, path);
  return name;
}

function newName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(LENGTH));
  return `opta-${Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join("")}.localhost`;
}
