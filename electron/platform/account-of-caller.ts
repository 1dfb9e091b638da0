// Which account of this computer is at the other end of a connection over 127.0.0.1.
import { readFile } from 'node:fs/promises';

export interface LoopbackConnection {
  /** Ours, where we listen. */
  readonly port: number;
  readonly callerPort: number;
}

/**
 * The caller's user number, from the kernel's table of TCP sockets (proc(5), /proc/net/tcp). Undefined where there is no
 * such table or the caller is not in it.
 */
export async function accountOfCaller(
  connection: LoopbackConnection,
  readTable: (path: string) => Promise<string> = (path) => readFile(path, 'utf8'),
): Promise<number | undefined> {
  // A program may reach 127.0.0.1 through a socket of IPv6 too.
  for (const path of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const table = await readTable(path).catch(() => '');
    const account = accountIn(table, connection);
    if (account !== undefined) return account;
  }
  return undefined;
}

/** Columns: number, local address, remote address, state, queues, timer, retransmissions, user. Ports in hexadecimal. */
function accountIn(table: string, { port, callerPort }: LoopbackConnection): number | undefined {
  for (const line of table.split('\n')) {
    const [, local = '', remote = '', , , , , user = ''] = line.trim().split(/\s+/);
    if (portIn(local) === callerPort && portIn(remote) === port && /^\d+$/.test(user)) return Number(user);
  }
  return undefined;
}

function portIn(address: string): number {
  return Number.parseInt(address.split(':')[1] ?? '', 16);
}
