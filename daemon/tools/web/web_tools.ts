/** The tools that ask the network. */
import type { Tool } from "../tool.ts";
import { webFetch } from "./web_fetch.ts";

export const webTools: Tool[] = [webFetch];
