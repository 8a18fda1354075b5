/** Character references of a text: the few that models write. Pure. */

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
};
const reference = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-z]{2,5}));/g;

/** A reference to something that nobody sees, such as a control character, stays as it is written. */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(reference, (written: string, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return Object.hasOwn(named, name) ? named[name]! : written;
    const code = decimal === undefined ? parseInt(hex ?? "", 16) : Number(decimal);
    if (code > 0x10ffff) return written;
    const character = String.fromCodePoint(code);
    return /[\p{C}\p{Zl}\p{Zp}]/u.test(character) ? written : character;
  });
}
