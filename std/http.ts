/** Cookies of the standard library, from npm (`http/mod.js` of that package does not load). */
// @ts-types="./http.d.ts"
export { getCookies, setCookie } from "deno-std/http/cookie.js";
