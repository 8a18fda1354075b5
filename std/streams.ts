/** Line streams of the standard library, from npm. */
// @ts-types="./streams.d.ts"
export * from "deno-std/streams/mod.js";
