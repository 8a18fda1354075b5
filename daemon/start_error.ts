/** Why the daemon could not start, for whoever started it: one message on standard error, and an exit code. */
export class StartError extends Error {
  override readonly name = "StartError";
  constructor(message: string, readonly exitCode = 1, options?: ErrorOptions) {
    super(message, options);
  }
}
