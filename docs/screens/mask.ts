/**
 * What differs from one run to the next, replaced by what does not, as long as it was: ids, times, rates, versions, folders
 * and the name of the machine. So a screen is the same text whoever takes it, and columns stay where they are.
 */
import { VERSION } from "@opta/protocol";

/** What stands for any run of digits or hexadecimal digits. */
const DIGITS = "1234567890".repeat(4);
const HEX = "3f2a9c4e7b1d8056".repeat(4);

const spread = (digits: string) => (text: string) => {
  let at = 0;
  return text.replaceAll(/[\da-f]/g, () => digits[at++ % digits.length]!);
};

const rules: readonly [pattern: RegExp, replacement: string | ((text: string) => string)][] = [
  [/(?<=\b(?:sess|turn|perm)_)[\da-f-]+/g, spread(HEX)],
  [/(?<=[a-z]@)[\w.-]+/g, (host) => "laptop".padEnd(host.length).slice(0, Math.max(host.length, 6))],
  [/\b\d+(?:\.\d)?(?= (?:tokens\/s|tok\/s|s|ms)\b)/g, (number) => number.replaceAll(/\d/g, spreadDigits())],
  [new RegExp(VERSION.replaceAll(".", "\\."), "g"), (version) => version.replaceAll(/\d+/g, "x")],
];

function spreadDigits(): (digit: string) => string {
  let at = 0;
  return () => DIGITS[at++]!;
}

/** @param folders paths that are shown, each with what it is called here */
export function mask(screen: string, folders: Readonly<Record<string, string>>): string {
  let text = screen;
  for (const [path, name] of Object.entries(folders)) text = text.replaceAll(path, name);
  for (const [pattern, replacement] of rules) text = text.replaceAll(pattern, replacement as (match: string) => string);
  return text.replaceAll(/ +$/gm, "");
}
