export { type TextOptions, transcriptText } from "./history.ts";
export type { PrintedBlock } from "./item.ts";
export { type FeedOptions, TranscriptFeed } from "./transcript_feed.ts";
