/** The contract between Opta's daemon and its clients: protocol v3. */
export * from "./event.ts";
export * from "./control.ts";
export * from "./command.ts";
export * from "./cursor.ts";
export * from "./discovery.ts";
export * from "./error.ts";
export * from "./http.ts";
export * from "./background.ts";
export * from "./limits.ts";
export * from "./lmx.ts";
export * from "./routes.ts";
export * from "./state.ts";
export * from "./state_hash.ts";
export * from "./fold.ts";
export * from "./openapi.ts";
export * from "./usage.ts";
export * from "./version.ts";
