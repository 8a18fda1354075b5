/**
 * Zod makes no code of its own here: the page's policy forbids that, and each try would be reported as an attack. It is a
 * script of its own, before all others, for a schema may be made in any of their parts, and takes the setting that is in
 * force then. This is where Zod keeps what its `config()` is given.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
