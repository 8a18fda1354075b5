/** The epoch as it stands in a line; in front of it only ids come, so that its first occurrence is the envelope's. */
export function epochKey(epoch: string): string {
  return `"epoch":${JSON.stringify(epoch)}`;
}
