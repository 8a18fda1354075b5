/** Swaps a folder for a symlink and back, as fast as it can, until its input ends. Its arguments: both, beside each other. */
const [folder = "", link = ""] = Deno.args;
let isOver = false;
Deno.stdin.readable.pipeTo(new WritableStream()).finally(() => isOver = true);
console.log("ready");
let swaps = 0;
for (; !isOver; swaps++) {
  move(folder, `${folder}.aside`);
  move(link, folder);
  move(folder, link);
  move(`${folder}.aside`, folder);
  if (swaps % 200 === 0) await new Promise((resolve) => setTimeout(resolve)); // lets the end of the input be seen
}
console.log(swaps);

/** In the moments in which the folder is away, a tool may have made it anew. */
function move(from: string, to: string): void {
  for (;;) {
    try {
      return Deno.renameSync(from, to);
    } catch {
      remove(to);
    }
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // Something is made in it, or it has gone: the next move tells.
  }
}
