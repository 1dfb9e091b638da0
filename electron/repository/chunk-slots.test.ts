import { describe, expect, it } from 'vitest';
import { ChunkSlots } from './chunk-slots.ts';

describe('ChunkSlots', () => {
  it('lends no more than its number, in the sizes asked for, in the order of asking', async () => {
    const slots = new ChunkSlots(2);
    const [a, b] = [await slots.acquire(1000), await slots.acquire(8000)];
    expect([a.length, b.length]).toEqual([1000, 8000]);
    const served: number[] = [];
    const waiting = [4000, 1000].map(async (sizeBytes) => {
      const buffer = await slots.acquire(sizeBytes);
      served.push(buffer.length);
      return buffer;
    });
    slots.release(a);
    expect((await waiting[0])!.length).toBe(4000);
    expect(served).toEqual([4000]);
    slots.release(b);
    expect((await waiting[1])!.length).toBe(1000);
    expect(served).toEqual([4000, 1000]);
  });

  it('lends a buffer of the right size again instead of making one', async () => {
    const slots = new ChunkSlots(3);
    const small = await slots.acquire(1000);
    const large = await slots.acquire(8000);
    slots.release(small);
    slots.release(large);
    expect(await slots.acquire(8000)).toBe(large);
    expect(await slots.acquire(1000)).toBe(small);
  });

  it('gives room for what is sealed with each, whatever its size', async () => {
    const slots = new ChunkSlots(1);
    for (const sizeBytes of [1000, 8000, 1000]) {
      const buffer = await slots.acquire(sizeBytes);
      await slots.consume(buffer, async (output) => {
        expect(output.length).toBeGreaterThanOrEqual(sizeBytes + 32);
      });
    }
  });

  it('refuses a buffer that is not on loan', async () => {
    const slots = new ChunkSlots(1);
    const buffer = await slots.acquire(1000);
    slots.release(buffer);
    expect(() => slots.release(buffer)).toThrow('repository.invalid-input');
    await expect(slots.consume(new Uint8Array(1000), async () => undefined)).rejects.toThrow(
      'repository.invalid-input',
    );
  });
});
