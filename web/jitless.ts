/**
 * Zod makes no code of its own in the page: the policy forbids that, and each try would be reported as an attack. This is a
 * script before the others, because schemas may stand in a part that they share, which runs before they do.
 */
import { config } from "zod";

config({ jitless: true });
