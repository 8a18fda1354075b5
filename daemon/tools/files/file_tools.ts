/** The tools that look at files and change them. */
import type { Tool } from "../tool.ts";
import { deleteFileTool } from "./delete_file.ts";
import { editFileTool } from "./edit_file.ts";
import type { FileMemory } from "./file_memory.ts";
import { findFilesTool } from "./find_files.ts";
import { SEARCH_LIMIT_MS } from "./limits.ts";
import { listDirTool } from "./list_dir.ts";
import { multiEditTool } from "./multi_edit.ts";
import { readFileTool } from "./read_file.ts";
import { searchFilesTool } from "./search_files.ts";
import { writeFileTool } from "./write_file.ts";

/** @param memory of the daemon: a session that is removed is to be forgotten in it */
export function fileTools(memory: FileMemory, { searchLimitMs = SEARCH_LIMIT_MS } = {}): Tool[] {
  return [
    readFileTool(memory),
    listDirTool(),
    findFilesTool(),
    searchFilesTool({ limitMs: searchLimitMs }),
    editFileTool(memory),
    multiEditTool(memory),
    writeFileTool(memory),
    deleteFileTool(memory),
  ];
}
