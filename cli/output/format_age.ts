/** How long ago something was, for people. */
import { countOf } from "@opta/view/count_of";

export function formatAge(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ago` : `${countOf(Math.floor(hours / 24), "day")} ago`;
}
