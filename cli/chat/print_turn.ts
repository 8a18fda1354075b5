/** Runs one turn and prints its answer as it comes; the last line of it is always ended. */
import type { Turn, TurnMode, TurnOverrides } from "@opta/protocol";
import type { Session } from "@opta/protocol/client";
import { writeOut } from "../output.ts";
import { followTurn } from "./follow_turn.ts";
import type { Remarks } from "./remarks.ts";

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
  remarks: Remarks;
}

/** @returns the ended turn; throws as `followTurn` does */
export async function printTurn(session: Session, content: string, options: PrintOptions): Promise<Turn> {
  const { mode, overrides, cancel, signal, isPrinted, onSubmitted, onStart, remarks } = options;
  let isLineOpen = false;
  try {
    return await followTurn(session, content, {
      mode,
      overrides,
      cancel,
      signal,
      onText(text) {
        remarks.clear();
        if (!isPrinted) return;
        writeOut(text);
        isLineOpen = !text.endsWith("\n");
      },
      onSubmitted({ turnId, queued }) {
        onSubmitted?.(turnId);
        if (queued > 0) remarks.remark(`waiting for ${queued} turn${queued === 1 ? "" : "s"} of this session`);
      },
      onStart,
      onProgress: (progress) => remarks.progress(progress, !isLineOpen),
    });
  } finally {
    remarks.clear();
    if (isLineOpen) writeOut("\n");
  }
}
