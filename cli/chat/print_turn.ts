/**
 * Runs one turn and prints its answer as it comes; the last line of it is always ended. What tools do is said on standard
 * error to whoever looks on, and so is a request for permission, where somebody is there to answer it.
 */
import type { Turn, TurnMode, TurnOverrides } from "@opta/protocol";
import type { Session } from "@opta/protocol/client";
import { colorsFor } from "../output/colors.ts";
import { writeErr, writeOut } from "../output/output.ts";
import type { Env } from "../paths.ts";
import { AnswerOutput } from "./answer_output.ts";
import { followTurn } from "./follow_turn.ts";
import type { Remarks } from "./remarks.ts";
import { TerminalAsker, type TerminalAskerOptions } from "./terminal_asker.ts";
import { terminalSize } from "./terminal_size.ts";
import { formatEnd, formatStart } from "./tool_lines.ts";
import { describeProcess } from "./transcript.ts";
import type { Piece } from "./turn_reader.ts";

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
  env: Env;
  /** Who can be asked for permission at the terminal. */
  asking?: Pick<TerminalAskerOptions, "clientId" | "writerId" | "onInterrupt">;
}

/** @returns the ended turn; throws as `followTurn` does */
export async function printTurn(session: Session, content: string, options: PrintOptions): Promise<Turn> {
  const { mode, overrides, cancel, signal, isPrinted, onSubmitted, onStart, remarks, env, asking } = options;
  const sharesTerminal = Deno.stdout.isTerminal() && Deno.stderr.isTerminal();
  const output = new AnswerOutput({ isPrinted, sharesTerminal, out: writeOut, err: writeErr });
  const colors = colorsFor(Deno.stderr.isTerminal(), env);
  const aside = (text: string) => {
    remarks.clear();
    output.aside(text);
  };
  using asker = asking ? new TerminalAsker({ ...asking, session, colors, write: aside }) : null;
  const say = (text: string) => remarks.isShown && (asker ? asker.write(`${text}\n`) : aside(`${text}\n`));
  const showTool = ({ part, step }: Extract<Piece, { kind: "tool" }>) => {
    const view = { colors, columns: terminalSize().columns };
    if (step === "start") return say(formatStart(part, view));
    const request = Object.values(session.state.permissions).findLast(({ callId }) => callId === part.callId);
    say(formatEnd(part, { ...view, isBelowStart: false, isCompact: false, request }));
  };
  try {
    return await followTurn(session, content, {
      mode,
      overrides,
      cancel,
      signal,
      onPiece(piece) {
        if (piece.kind === "tool") {
          output.breakParagraph();
          showTool(piece);
        } else if (piece.kind === "text" && piece.text !== "") {
          remarks.clear();
          output.text(piece.text);
        }
      },
      onChange(event, turn) {
        if (event?.event === "background.status") say(colors.dim(describeProcess(event.payload)));
        if (turn.start) asker?.look(session.state);
      },
      onSubmitted({ turnId, queued }) {
        onSubmitted?.(turnId);
        if (queued > 0) remarks.remark(`waiting for ${queued} turn${queued === 1 ? "" : "s"} of this session`);
      },
      onStart,
      onProgress: (progress) => remarks.progress(progress, !output.isLineOpen),
    });
  } finally {
    remarks.clear();
    output.finish();
  }
}
