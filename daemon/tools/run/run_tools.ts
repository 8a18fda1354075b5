/** The tools that run programs. */
import type { Tool } from "../tool.ts";
import { type BackgroundOf, backgroundTools } from "./background_tools.ts";
import { runCommand } from "./run_command.ts";

export function runTools(backgroundOf: BackgroundOf): Tool[] {
  return [runCommand, ...backgroundTools(backgroundOf)];
}
