/** The web host: fetches pages for the daemon. It has the network, and neither files nor programs nor an environment. */
import { serveWeb } from "./serve_web.ts";

await serveWeb();
