// Whose connection it is: the table of the kernel, written down here and as it really is.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { accountOfCaller } from './account-of-caller.ts';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const row = (local: string, remote: string, user: string): string =>
  `   1: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000 ${user}        0 12345 1 0000000000000000 20 4 30 10 -1\n`;
const connection = { port: 0x1092, callerPort: 0xa0b1 };
const ours = row('0100007F:1092', '0100007F:A0B1', '1000');
const theirs = row('0100007F:A0B1', '0100007F:1092', '1001');
const six = row('0000000000000000FFFF00000100007F:A0B1', '0000000000000000FFFF00000100007F:1092', '1002');

it.each([
  ['the caller’s end, not ours', { '/proc/net/tcp': head + ours + theirs }, 1001],
  ['a socket of IPv6', { '/proc/net/tcp': head + ours, '/proc/net/tcp6': head + six }, 1002],
  [
    'another connection of the caller',
    { '/proc/net/tcp': head + row('0100007F:A0B1', '0100007F:1093', '1001') },
    undefined,
  ],
  ['nobody', { '/proc/net/tcp': head }, undefined],
  ['no table', {}, undefined],
  ['nonsense', { '/proc/net/tcp': `${head}a b\n:: : :\n\n` }, undefined],
])('finds %s', async (_name, tables: Readonly<Record<string, string>>, account) => {
  const read = async (path: string): Promise<string> => tables[path] ?? Promise.reject(new Error('ENOENT'));
  expect(await accountOfCaller(connection, read)).toBe(account);
});

it.runIf(process.platform === 'linux')('finds this very account at the end of a real connection', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const caller = connect(port, '127.0.0.1');
  onTestFinished(() => void caller.destroy());
  await once(server, 'connection');
  expect(await accountOfCaller({ port, callerPort: caller.localPort ?? 0 })).toBe(process.getuid?.());
});
