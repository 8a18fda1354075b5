/**
 * Looks through a database, in a process of its own: SQLite would hold up everything else, and can only be ended with its
 * process. Prints what is wrong as a JSON array; empty when nothing is. Writes nothing into the database.
 */
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";

/** Complaints that are asked for: one is enough to know, a few help to see how bad it is. */
const MAX_COMPLAINTS = 5;

const Row = z.object({ quick_check: z.string() });

function quickCheck(path: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database.prepare(`PRAGMA quick_check(${MAX_COMPLAINTS})`).all();
    return rows.map((row) => Row.parse(row).quick_check).filter((text) => text !== "ok");
  } finally {
    database.close();
  }
}

let complaints: string[];
try {
  complaints = quickCheck(Deno.args[0] ?? "");
} catch (error) {
  complaints = [error instanceof Error ? error.message : String(error)];
}
console.log(JSON.stringify(complaints));
