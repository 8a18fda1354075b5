/** Pieces of text that terminals obey, that turn a line around, that are half a character, or wider than they look. */
export const hostilePieces: readonly string[] = [
  "\x1b[2J",
  "\x1b]8;;x\x07",
  "\x9b31m",
  "\u202e",
  "\u2066",
  "\u{e0041}",
  "\ud83d",
  "\udc69",
  "漢字",
  "👩‍👩‍👧",
  "e\u0301",
];
