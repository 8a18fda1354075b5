/** The assertions of the standard library, from npm. The map entry alone changes when JSR is to be used instead. */
// @ts-types="./assert.d.ts"
export * from "deno-std/assert/mod.js";
