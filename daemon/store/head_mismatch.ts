/** The one rule of appending: an append stands on the head that its caller saw, in the same history, or is refused. */
import { type Append, HeadMismatchError, type LogHead, type SubmitKey } from "./store.ts";

/** Why the append is refused, or `null`. @param head `null` for a session that does not exist */
export function headMismatch(append: Append, head: LogHead | null): HeadMismatchError | null {
  const { sessionId, epoch, expectedHead } = append;
  if (append.create) {
    if (head) return new HeadMismatchError(`Cannot create session ${sessionId}: it exists`);
    if (expectedHead !== 0) return new HeadMismatchError(`Cannot create session ${sessionId} at event ${expectedHead}`);
    return null;
  }
  if (!head) return new HeadMismatchError(`Cannot append to session ${sessionId}: it does not exist`);
  if (head.epoch === epoch && head.seq === expectedHead) return null;
  const expected = `${epoch}:${expectedHead}`;
  return new HeadMismatchError(
    `Cannot append to session ${sessionId} after ${expected}: its head is ${head.epoch}:${head.seq}`,
  );
}

/** A submit whose id is in the store already; callers look before they append, so this only guards. */
export function repeatedSubmit({ sessionId }: Append, { clientTurnId }: SubmitKey): HeadMismatchError {
  return new HeadMismatchError(`Cannot append to session ${sessionId}: it has a turn for ${clientTurnId} already`);
}

/** A deleted session whose id another one has by now. */
export function idIsTaken(sessionId: string): HeadMismatchError {
  return new HeadMismatchError(`Cannot restore session ${sessionId}: another one has its id`);
}
