/** The page as the daemon serves it: built once for all tests of a process, and not at all when it is up to date. */
import { type Build, buildPage } from "../../web/build.ts";

let building: Promise<Build> | null = null;

export function builtPage(): Promise<Build> {
  return building ??= buildPage();
}
