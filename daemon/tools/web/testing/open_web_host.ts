/** The web host of tests: what its own check would refuse it asks for, so that loopback serves, and Deno's refusal shows. */
import { serveWeb } from "../serve_web.ts";

await serveWeb({ isAllowed: () => true });
