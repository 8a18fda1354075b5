/** A host that finds instructions and does nothing else. */
import { serveHost } from "../../tools/host/serve_host.ts";
import { findInstructions } from "../instructions_host.ts";

await serveHost({ findInstructions });
