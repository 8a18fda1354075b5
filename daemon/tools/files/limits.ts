/** Bounds of the file tools, each with its reason. */

/** Largest file that is read or changed as text, and that a checkpoint keeps: it is held in memory several times over. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;
/** Lines that `read_file` gives when it is not told how many: most files, whole. */
export const DEFAULT_READ_LINES = 2_000;
/** A longer line is cut, in UTF-16 units: minified code would fill the model's window. */
export const MAX_LINE_LENGTH = 2_000;
/** Entries that `list_dir` gives. */
export const MAX_LISTED_ENTRIES = 1_000;
/** Files that `find_files` gives when it is not told how many, and at the most. */
export const DEFAULT_FOUND_FILES = 200;
export const MAX_FOUND_FILES = 2_000;
/** Lines that `search_files` gives when it is not told how many, and at the most. */
export const DEFAULT_MATCHES = 100;
export const MAX_MATCHES = 1_000;
/** Lines around a match. */
export const MAX_CONTEXT_LINES = 20;
/** A line of a match is cut, in UTF-16 units: what was looked for is known. */
export const MAX_MATCH_LENGTH = 400;
/** Entries of folders that one walk looks at: about ten seconds of work. */
export const MAX_WALKED_ENTRIES = 200_000;
/** Time of one search. A pattern that backtracks for ever can only be stopped with its process. */
export const SEARCH_LIMIT_MS = 20_000;
/** Result of one operation in UTF-16 units: room for a last word below `MAX_RESULT_LENGTH`. */
export const MAX_TEXT_LENGTH = 60 * 1024;
/** A diff is for a person to read, and it is in the log: longer ones are cut. In UTF-16 units. */
export const MAX_DIFF_LENGTH = 64 * 1024;
/** Files of one `multi_edit`, and edits of one file. */
export const MAX_EDITED_FILES = 50;
export const MAX_EDITS = 100;
/** Bytes that the checkpoints of one session hold; beyond it the oldest go. */
export const MAX_CHECKPOINT_BYTES = 512 * 1024 * 1024;
/** Change sets that the checkpoints of one session hold: each is a folder that listing reads. */
export const MAX_CHANGE_SETS = 200;
