/** The file in which a supervisor finds the service. Its folder is the supervisor's, and is left as it is. */
import { dirname } from "node:path";
import { readPrivateFile, writePrivateFile } from "../private_file.ts";

export interface ServiceFile {
  path: string;
  read(): Promise<string | null>;
  write(text: string): Promise<void>;
  remove(): Promise<void>;
}

export function serviceFile(path: string): ServiceFile {
  return {
    path,
    read: () => readPrivateFile(path),
    async write(text) {
      await Deno.mkdir(dirname(path), { recursive: true });
      await writePrivateFile(path, text);
    },
    remove: () => removeIfThere(path),
  };
}

export async function removeIfThere(path: string): Promise<void> {
  await Deno.remove(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
