/**
 * Which addresses are of the public internet. All others are refused: this machine, its network, and the places where
 * clouds keep credentials. What is not known to be public is not.
 */

/** Address ranges of IPv4 that are not public, after the registry of special-purpose addresses. */
export const CLOSED_V4_RANGES: readonly string[] = [
  "0.0.0.0/8", // this network
  "10.0.0.0/8", // private
  "100.64.0.0/10", // carriers' NAT, and overlay networks
  "127.0.0.0/8", // loopback
  "169.254.0.0/16", // link-local, and the metadata of clouds
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // 6to4 relays
  "192.168.0.0/16", // private
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, broadcast
];

/** Within 2000::/3, the only range of IPv6 that is public at all. */
const CLOSED_V6_RANGES = [
  "2001::/23", // protocol assignments, Teredo among them
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4: leads to any IPv4 address
  "3fff::/20", // documentation
];

/** An address as `dns.lookup` and `URL` write it, IPv6 without brackets. */
export function isPublicAddress(address: string): boolean {
  const v4 = parseV4(address);
  if (v4 !== null) return isPublicV4(v4);
  const v6 = parseV6(address);
  if (v6 === null) return false;
  // An IPv4 address in the clothes of IPv6 is what it is: mapped, or behind the NAT64 of a network without IPv4.
  if (isIn(v6, "::ffff:0:0/96") || isIn(v6, "64:ff9b::/96")) return isPublicV4(v6 & 0xffff_ffffn);
  return isIn(v6, "2000::/3") && !CLOSED_V6_RANGES.some((range) => isIn(v6, range));
}

/** Whether it is an address and no name. */
export function isAddress(host: string): boolean {
  return parseV4(host) !== null || parseV6(host) !== null;
}

function isPublicV4(address: bigint): boolean {
  return !CLOSED_V4_RANGES.some((range) => {
    const [base = "", bits] = range.split("/");
    const shift = 32n - BigInt(bits ?? 32);
    return address >> shift === (parseV4(base) ?? 0n) >> shift;
  });
}

function isIn(address: bigint, range: string): boolean {
  const [base = "", bits] = range.split("/");
  const shift = 128n - BigInt(bits ?? 128);
  return address >> shift === (parseV6(base) ?? 0n) >> shift;
}

/** Four decimal numbers; other forms are made that by `URL`. */
function parseV4(text: string): bigint | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return null;
  }
  return parts.reduce((sum, part) => sum << 8n | BigInt(part), 0n);
}

/** Eight groups, some of them left out, the last two perhaps written as IPv4, perhaps with a zone. */
function parseV6(text: string): bigint | null {
  const [bare = ""] = text.split("%");
  if (!bare.includes(":") || bare.length > 45) return null;
  const tail = /^(.*:)([\d.]+\.[\d.]+)$/.exec(bare);
  const v4 = tail ? parseV4(tail[2] ?? "") : null;
  if (tail && v4 === null) return null;
  const plain = v4 === null ? bare : `${tail?.[1]}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  const halves = plain.split("::");
  if (halves.length > 2) return null;
  const [head = [], rest] = halves.map((half) => half === "" ? [] : half.split(":"));
  const missing = 8 - head.length - (rest?.length ?? 0);
  if (rest === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array<string>(rest === undefined ? 0 : missing).fill("0"), ...(rest ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return groups.reduce((sum, group) => sum << 16n | BigInt(`0x${group}`), 0n);
}
