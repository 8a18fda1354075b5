/** A key that would become the prototype of what is made of a file: no program writes it by accident. */
import { ImportFault } from "./import_fault.ts";

/** @param value no deeper than can be walked @throws {ImportFault} */
export function refuseProtoKeys(value: unknown, where = ""): void {
  if (typeof value !== "object" || value === null) return;
  if (Object.hasOwn(value, "__proto__")) throw new ImportFault(where, 'it has the key "__proto__"');
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner !== "object") continue;
    refuseProtoKeys(inner, Array.isArray(value) ? `${where}[${key}]` : `${where === "" ? "" : `${where}.`}${key}`);
  }
}
