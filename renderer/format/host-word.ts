// A host's id as people write it: NetBIOS names in capitals, as Hyper-V Manager shows them; DNS names as they are.

export function hostWord(hostId: string): string {
  return hostId.includes('.') ? hostId : hostId.toUpperCase();
}
