/** How the command ends: the exit codes that scripts rely on, and the one exception that carries such a code. */

export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  noModelServer: 3,
  daemonUnreachable: 4,
  cancelled: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What each says, in the help and in the docs. */
export const exitMeanings: Readonly<Record<ExitCode, string>> = {
  0: "done",
  1: "failed, or denied",
  2: "wrong usage",
  3: "no model server",
  4: "daemon unreachable",
  130: "cancelled",
};

/** A failure that the user can read and act on; its message is one line that becomes `opta: …` on standard error. */
export class CliError extends Error {
  override readonly name = "CliError";

  constructor(message: string, readonly exitCode: ExitCode = ExitCode.failed, options?: ErrorOptions) {
    super(message, options);
  }
}
