/** What the daemon and the web host say to each other, within the frames of `host/host_frame.ts`. */
import { z } from "zod";

export const FetchRequest = z.object({ url: z.string(), userAgent: z.string() });
export type FetchRequest = z.infer<typeof FetchRequest>;

export const WebPage = z.object({
  /** Where the redirects ended. */
  url: z.string(),
  status: z.number(),
  title: z.string(),
  text: z.string(),
  /** There is more than `text`. */
  isCut: z.boolean(),
});
export type WebPage = z.infer<typeof WebPage>;
