import { z } from "zod";

/** Longest path that a system takes, in UTF-16 units. */
const MAX_PATH_LENGTH = 4_096;

export const pathArg = z.string().min(1).max(MAX_PATH_LENGTH);
