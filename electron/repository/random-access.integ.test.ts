import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tempDir } from '../../testing/temp-dir.ts';
import { type FileNode } from './index.ts';
import { newRepository } from './testing/repository-fixture.ts';

it('reads any range of a stored file as it was put', async () => {
  const folder = tempDir();
  const repository = await newRepository(folder);
  const writer = await repository.openWriter({ chunkSizeBytes: 4096 });
  const bytes = Uint8Array.from({ length: 50_001 }, (_, i) => (i * 7 + (i >>> 8)) & 255);
  // Chunks of unlike lengths, and one that occurs twice.
  const content: string[] = [];
  const plain: Uint8Array[] = [];
  for (const part of [bytes.subarray(0, 10_000), bytes.subarray(10_000), bytes.subarray(0, 10_000)]) {
    content.push(...(await writer.putBytes(part)).map((chunk) => chunk.id));
    plain.push(part);
  }
  await writer.flush();
  await writer.close();
  const whole = Buffer.concat(plain);
  const node: FileNode = { type: 'file', name: 'a', mode: 0o600, modifiedAtMs: 0, sizeBytes: whole.length, content };
  const file = await repository.openFile(node);
  expect(file.sizeBytes).toBe(whole.length);
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length + 10), fc.nat(20_000), async (position, lengthBytes) => {
      const target = new Uint8Array(lengthBytes).fill(0xee);
      const read = await file.read(target, position);
      const expected = whole.subarray(position, position + lengthBytes);
      expect(read).toBe(expected.length);
      expect(Buffer.compare(target.subarray(0, read), expected)).toBe(0);
      expect(target.subarray(read).every((byte) => byte === 0xee)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

it('refuses a file with a chunk that is in no index', async () => {
  const repository = await newRepository(tempDir());
  const node = { type: 'file', name: 'a', mode: 0, modifiedAtMs: 0, sizeBytes: 1, content: ['ab'.repeat(32)] } as const;
  await expect(repository.openFile(node)).rejects.toMatchObject({ code: 'repository.blob-missing' });
});
