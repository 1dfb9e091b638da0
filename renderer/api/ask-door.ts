// Whether whoever answers at the address of this page would let it in: asked when its socket does not open.
import type { DoorAnswer } from './socket-transport.ts';

/** One that accepts the connection and says nothing is nobody. */
const answerWithinMs = 5000;

export async function askDoor(fetchPage: typeof fetch): Promise<DoorAnswer> {
  const signal = AbortSignal.timeout(answerWithinMs);
  try {
    const { status } = await fetchPage('/', { method: 'HEAD', redirect: 'manual', cache: 'no-store', signal });
    // Our backend hands out the page or refuses; anything else is another program in its place.
    return status === 200 || status >= 500 ? 'let-in' : 'refused';
  } catch {
    return 'silent';
  }
}
