/** `todo`: the list of what a task takes. It is kept nowhere but in the calls themselves: the log has them all. */
import { z } from "zod";
import { defineTool } from "../tool.ts";

/** As many as can be taken in at a glance, each a line or two. */
const MAX_ITEMS = 50;
const MAX_TEXT_LENGTH = 500;

const states = ["done", "active", "pending"] as const;

const Args = z.object({
  items: z.array(z.object({
    text: z.string().trim().min(1).max(MAX_TEXT_LENGTH).describe("What is to be done, in a few words"),
    state: z.enum(states).default("pending").describe("active is what is being done now"),
  })).max(MAX_ITEMS).describe("The whole list, in order: it takes the place of the one before"),
});

export const todo = defineTool<z.infer<typeof Args>>({
  name: "todo",
  description:
    "Writes down the steps of a task and how far they are, for the person to see. For work of three steps or " +
    "more: call it at the start, and again whenever a step is begun or done. Each call gives the whole list.",
  effect: "talk",
  args: Args,
  preview: ({ items }) => ({ subject: `${items.length} items` }),
  run: ({ items }) => Promise.resolve({ ok: true, result: summaryOf(items) }),
});

function summaryOf(items: z.infer<typeof Args>["items"]): string {
  if (items.length === 0) return "The list is empty.";
  const counts = states.map((state) => `${items.filter((item) => item.state === state).length} ${state}`);
  return `The list has ${items.length} ${items.length === 1 ? "item" : "items"}: ${counts.join(", ")}.`;
}
