/** The thirty cases that a transport must survive, each a bug that was reported of some server or client. */
import type { Case } from "./case.ts";
import { endingCases } from "./ending_cases.ts";
import { errorCases } from "./error_cases.ts";
import { formCases } from "./form_cases.ts";
import { stallCases } from "./stall_cases.ts";
import { textCases } from "./text_cases.ts";
import { toolCallCases } from "./tool_call_cases.ts";
import { usageCases } from "./usage_cases.ts";
import { waitingCases } from "./waiting_cases.ts";

export const cases: Case[] = [
  ...errorCases,
  ...endingCases,
  ...usageCases,
  ...toolCallCases,
  ...textCases,
  ...stallCases,
  ...waitingCases,
  ...formCases,
];
