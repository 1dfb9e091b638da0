// How an entry of the contract is called on Electron's IPC: known to both ends, and to nobody else.

/** @param name `group.call` or `group.event` */
export function channelName(name: string): string {
  return `stillpoint:${name}`;
}
