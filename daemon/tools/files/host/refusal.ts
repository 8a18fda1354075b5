/** What cannot be done, in words for the model. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/** The words for what the system said of a file; other errors are bugs, and stay what they are. */
export function explain(error: unknown, shown: string): unknown {
  if (error instanceof Refusal) return error;
  const reason = reasonOf(error);
  return reason === null ? error : new Refusal(`${shown} ${reason}`);
}

function reasonOf(error: unknown): string | null {
  if (error instanceof Deno.errors.NotFound) return "does not exist";
  if (error instanceof Deno.errors.NotCapable) return OUTSIDE;
  if (error instanceof Deno.errors.PermissionDenied) return "is closed to this user: permission denied";
  if (error instanceof Deno.errors.NotADirectory) return "leads through a file that is no folder";
  if (error instanceof Deno.errors.IsADirectory) return "is a folder";
  if (error instanceof Deno.errors.FilesystemLoop) return "is a symlink that leads in a circle";
  if (!(error instanceof Error)) return null;
  if (/os error 30\b/.test(error.message)) return "lies on a disk that is read-only";
  if (/os error 28\b|No space/.test(error.message)) return "could not be written: the disk is full";
  if (/os error 36\b|name too long/i.test(error.message)) return "has a name that is too long";
  return /os error \d+/.test(error.message) ? `could not be used: ${error.message}` : null;
}

export const OUTSIDE = "lies outside of the folders of this session";
