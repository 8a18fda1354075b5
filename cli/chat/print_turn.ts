/** Runs one turn and prints its answer as it comes; the last line of it is always ended. */
import type { Turn, TurnMode, TurnOverrides } from "@opta/protocol";
import type { Session } from "@opta/protocol/client";
import { writeOut } from "../output.ts";
import { sanitizeLine } from "../sanitize.ts";
import { followTurn } from "./follow_turn.ts";

export interface PrintOptions {
  mode: TurnMode;
  overrides: TurnOverrides;
  /** As `followTurn` takes them. */
  cancel: AbortSignal;
  signal: AbortSignal;
  /** `false`: nothing is printed, the caller has another use for the answer. */
  isPrinted: boolean;
  onSubmitted?(turnId: string): void;
  onStart(start: NonNullable<Turn["start"]>): void;
  /** One line beside the answer. */
  remark(text: string): void;
}

/** @returns the ended turn; throws as `followTurn` does */
export async function printTurn(session: Session, content: string, options: PrintOptions): Promise<Turn> {
  const { mode, overrides, cancel, signal, isPrinted, onSubmitted, onStart, remark } = options;
  let isLineOpen = false;
  try {
    return await followTurn(session, content, {
      mode,
      overrides,
      cancel,
      signal,
      onText(text) {
        if (!isPrinted) return;
        writeOut(text);
        isLineOpen = !text.endsWith("\n");
      },
      onSubmitted({ turnId, queued }) {
        onSubmitted?.(turnId);
        if (queued > 0) remark(`waiting for ${queued} turn${queued === 1 ? "" : "s"} of this session`);
      },
      onStart,
      onProgress: (message) => remark(sanitizeLine(message)),
    });
  } finally {
    if (isLineOpen) writeOut("\n");
  }
}
