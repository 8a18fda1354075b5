/** Why a file is no session: nothing of it is imported. */
export class ImportFault extends Error {
  override readonly name = "ImportFault";

  /** @param where in the file: `line 7`, `messages[3].content`; empty for all of it */
  constructor(readonly where: string, message: string, options?: ErrorOptions) {
    super(where === "" ? message : `${where}: ${message}`, options);
  }
}
