// What the loopback host remembers between two starts: its port and who may come in, so that a window whose backend ended
// finds the next one. Losing it costs a new address, nothing else: a damaged file is said and replaced.
import { join } from 'node:path';
import { z } from 'zod';
import { toAppError } from '../../shared/errors/app-error.ts';
import { readFileIfThere, writeFileAtomic } from '../platform/atomic-file.ts';
import { mostSessions } from './sessions.ts';

const memorySchema = z.strictObject({
  schemaVersion: z.literal(1),
  port: z.number().int().min(1).max(65_535),
  sessions: z
    .array(
      z.strictObject({
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        key: z.string().regex(/^[\w-]{43}$/),
        expiresAtMs: z.number().int().nonnegative(),
      }),
    )
    .max(mostSessions),
});

export type ServeMemory = Readonly<z.infer<typeof memorySchema>>;

export class ServeMemoryFile {
  readonly #path: string;
  readonly #say: (line: string) => void;
  #writing: Promise<void> = Promise.resolve();
  #hasComplained = false;

  constructor(root: string, say: (line: string) => void) {
    this.#path = join(root, 'serve.json');
    this.#say = say;
  }

  /** Undefined where there is nothing to be remembered. */
  async read(): Promise<ServeMemory | undefined> {
    try {
      const text = await readFileIfThere(this.#path);
      if (text === undefined) return undefined;
      const memory = memorySchema.safeParse(JSON.parse(text));
      if (memory.success) return memory.data;
    } catch {
      // Said below: no JSON, or not readable, comes to the same.
    }
    this.#say(
      `Note: ${this.#path} is not what Stillpoint wrote there. It is replaced: windows that were open before have to ` +
        'be opened anew.',
    );
    return undefined;
  }

  /** One after the other, the newest last. Never rejects: without it everything works but the next start. */
  write(memory: ServeMemory): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      try {
        await writeFileAtomic(this.#path, `${JSON.stringify(memory)}\n`);
      } catch (error) {
        if (this.#hasComplained) return;
        this.#hasComplained = true;
        const { title } = toAppError(error).text;
        this.#say(`Note: ${title}. After the next start, open windows will need a new address.`);
      }
    });
    return this.#writing;
  }
}
