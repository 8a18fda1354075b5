/** Where the size is not known. */
const USUAL_SIZE = { columns: 80, rows: 24 };

/** The size of the terminal that this program runs in. */
export function terminalSize(): { columns: number; rows: number } {
  try {
    const { columns, rows } = Deno.consoleSize();
    return columns > 0 && rows > 0 ? { columns, rows } : USUAL_SIZE;
  } catch {
    return USUAL_SIZE;
  }
}
