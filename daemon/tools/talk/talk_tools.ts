/** The tools that concern the conversation alone: they touch no file, no program and no network. */
import type { Tool } from "../tool.ts";
import { askUser } from "./ask_user.ts";
import { todo } from "./todo.ts";

export const talkTools: readonly Tool[] = [askUser, todo];
