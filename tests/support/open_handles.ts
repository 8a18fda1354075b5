/** What a process holds open, as Linux tells it; its connections apart, with the ports that they lead from and to. */

export interface OpenHandles {
  connections: { localPort: number; remotePort: number }[];
  /** Files, pipes, what listens, and whatever else. */
  others: number;
}

export async function openHandles(pid: number): Promise<OpenHandles> {
  const byInode = await connectionsByInode(pid);
  const handles: OpenHandles = { connections: [], others: 0 };
  for await (const { name } of Deno.readDir(`/proc/${pid}/fd`)) {
    const target = await Deno.readLink(`/proc/${pid}/fd/${name}`).catch(() => null); // closed meanwhile
    if (target === null) continue;
    const connection = byInode.get(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? "");
    if (connection) handles.connections.push(connection);
    else handles.others++;
  }
  return handles;
}

/** How many are no connection to this port of its own, which others make and end as they like. */
export function besideClients({ connections, others }: OpenHandles, port: number): number {
  return others + connections.filter(({ localPort }) => localPort !== port).length;
}

/** The TCP connections over IPv4 that have another end, of all processes. */
async function connectionsByInode(pid: number): Promise<Map<string, { localPort: number; remotePort: number }>> {
  const [, ...lines] = (await Deno.readTextFile(`/proc/${pid}/net/tcp`)).trim().split("\n");
  const connections = lines.map((line) => {
    const [, local, remote, , , , , , , inode] = line.trim().split(/\s+/);
    return [inode ?? "", { localPort: portOf(local), remotePort: portOf(remote) }] as const;
  });
  return new Map(connections.filter(([, { remotePort }]) => remotePort !== 0));
}

/** `0100007F:1F90`, in hexadecimal. */
function portOf(address = ""): number {
  return Number.parseInt(address.slice(address.indexOf(":") + 1), 16);
}
