/**
 * What differs from one run to the next, replaced by what does not: ids, times, rates and versions, each by as many
 * characters, so that columns stay where they are; and the name of the machine. So a screen is the same text whoever takes
 * it.
 */
import { VERSION } from "@opta/protocol";

const HEX = "3f2a9c4e7b1d8056";
const DIGITS = "1234567890";

type Rule = readonly [pattern: RegExp, masked: (text: string) => string];

const rules: readonly Rule[] = [
  [/(?<=\b(?:sess|turn|perm)_)[\da-f-]+/g, (id) => refilled(id, /[\da-f]/g, HEX)],
  [/\b\d+(?:\.\d)?(?= (?:tokens\/s|s)\b)/g, (number) => refilled(number, /\d/g, DIGITS)],
  [/(?<=\bann@)[\w.-]+/g, () => "laptop"],
  [/ · ~\d+\/s/g, () => ""], // it is there or not, as the moment has it
  [new RegExp(`\\b${RegExp.escape(VERSION)}\\b`, "g"), (version) => version.replaceAll(/\d/g, "x")],
  [/ +$/gm, () => ""],
];

export function mask(screen: string): string {
  return rules.reduce((text, [pattern, masked]) => text.replaceAll(pattern, masked), screen);
}

/** The text with each such character replaced by the next one of `by`, over and over. */
function refilled(text: string, character: RegExp, by: string): string {
  let at = 0;
  return text.replaceAll(character, () => by[at++ % by.length]!);
}
