/**
 * Zod makes no code of its own here: the page's policy forbids that, and each try would be reported as an attack. To be
 * imported before anything that makes a schema.
 */
import { config } from "zod";

config({ jitless: true });
