/** Why a figure is what it is, where its number alone would puzzle: written by hand, printed where the target is missed. */
export const NOTES: Readonly<Record<string, string>> = {};
