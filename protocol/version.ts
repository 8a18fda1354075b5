/** The version of Opta that this code is. */
export const VERSION = "0.6.0";
