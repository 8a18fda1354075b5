/** The flag of every command that can answer a program. For `option(...)`. */
export const jsonFlag = ["--json", "print one JSON document on standard output"] as const;
