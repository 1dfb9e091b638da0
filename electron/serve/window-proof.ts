// The proof that a window on the socket holds the key of its session, and that we do.
//
// SECURITY: what a caller can have seen without being our page is the cookie: browsers send it to every port of
// 127.0.0.1, and a page that looks for its backend sends it to whoever has that port meanwhile. The key is sent to nobody:
// it came in the fragment of the address (answer-request.ts), and the page keeps it where the pages of other ports cannot
// look and where it cannot be read out again (renderer/api/window-key.ts).
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { proofText, type ChallengeMessage, type ProofMessage, type WelcomeMessage } from '../../shared/ipc/wire.ts';

export interface WindowProofOptions {
  readonly key: string;
  /** As the page's address has it. */
  readonly host: string;
}

export class WindowProof {
  readonly #options: WindowProofOptions;
  readonly challenge: ChallengeMessage = { kind: 'challenge', nonce: randomBytes(24).toString('base64url') };

  constructor(options: WindowProofOptions) {
    this.#options = options;
  }

  /** Undefined for who does not hold the key. */
  answer({ nonce, proof }: ProofMessage): WelcomeMessage | undefined {
    const { host, key } = this.#options;
    const handshake = { host, serverNonce: this.challenge.nonce, windowNonce: nonce };
    const given = Buffer.from(proof);
    const right = Buffer.from(signed(key, proofText('window', handshake)));
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
    return { kind: 'welcome', proof: signed(key, proofText('backend', handshake)) };
  }
}

export function signed(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}
