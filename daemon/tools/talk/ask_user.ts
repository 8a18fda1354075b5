/**
 * `ask_user`: a question to whoever is there. It goes the way of a request for permission, since that is how an act of a
 * person reaches a running turn: the first answer wins, it outlives a reconnect, and a cancel ends the wait.
 */
import { z } from "zod";
import { defineTool } from "../tool.ts";

/** A question is read at a prompt, and its answers are chosen from a short list. */
const MAX_QUESTION_LENGTH = 2_000;
const MAX_OPTIONS = 10;
const MAX_OPTION_LENGTH = 200;

const Args = z.object({
  question: z.string().trim().min(1).max(MAX_QUESTION_LENGTH).describe(
    "One question, with all that is needed to answer it",
  ),
  options: z.array(z.string().trim().min(1).max(MAX_OPTION_LENGTH)).min(2).max(MAX_OPTIONS).optional().describe(
    "Answers to choose from; people may write another one",
  ),
});

export const askUser = defineTool<z.infer<typeof Args>>({
  name: "ask_user",
  description: "Asks the person a question and waits for the answer. For a choice that only they can make and that " +
    "changes what is done next; not for permission, which the other tools ask for by themselves.",
  effect: "talk",
  args: Args,
  preview: ({ question }) => ({ subject: question, needsAnswer: true }),
  run: (_args, { answer = "" }) =>
    Promise.resolve(
      answer.trim() === ""
        ? {
          ok: true,
          result: "They approved the question and wrote no answer. Go on with what you think best, and say so.",
        }
        : { ok: true, result: answer },
    ),
});
