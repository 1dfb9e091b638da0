// The arithmetic of the fuse: what must stay free, what a merge can still need, and when to look again.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeRoom, reserveOf, type RoomSight } from './judge-room.ts';

const MiB = 1024 ** 2;
const GiB = 1024 * MiB;
const settings = { reserveFraction: 0.1, reserveLeastBytes: 4 * GiB };
const looks = { leastMs: 200, mostMs: 2000 };

describe('what must stay free', () => {
  it.each<[string, number | undefined, number]>([
    ['a terabyte: a tenth', 1024 * GiB, 102.4 * GiB],
    ['the cluster volume of the lab, 60 GB', 60 * GiB, 6 * GiB],
    ['40 GB: a tenth and the least are one', 40 * GiB, 4 * GiB],
    ['20 GB: the least', 20 * GiB, 4 * GiB],
    ['16 GB: the least is a quarter', 16 * GiB, 4 * GiB],
    ['under 16 GB: a quarter', 8 * GiB, 2 * GiB],
    ['1 GB', GiB, 256 * MiB],
    ['a size nobody said', undefined, 4 * GiB],
  ])('of %s', (_name, sizeBytes, reserveBytes) => {
    expect(reserveOf(sizeBytes, settings)).toBeCloseTo(reserveBytes, 0);
  });
});

const disk = { fileSizeBytes: 1024 * MiB, headroomBytes: 100 * GiB, parentBlockBytes: 2 * MiB };
const sight = (freeBytes: number, change: Partial<RoomSight> = {}): RoomSight => ({
  sizeBytes: 100 * GiB,
  freeBytes,
  disks: [disk],
  bytesPerSecond: 0,
  ...change,
});

describe('the judgement', () => {
  it.each<[string, RoomSight, string]>([
    ['under the reserve', sight(9 * GiB), 'under'],
    ['just above it', sight(10 * GiB + 1), 'short'],
    ['with room for what stands, its merge and a burst', sight(12 * GiB), 'enough'],
    ['the same with a rate that eats it before the merge is over', sight(12 * GiB, { bytesPerSecond: GiB }), 'short'],
    [
      'the same where each block may allocate 32 MiB',
      sight(12 * GiB, { disks: [{ ...disk, parentBlockBytes: 32 * MiB }] }),
      'short',
    ],
    [
      'but a fixed parent does not grow',
      sight(12 * GiB, { disks: [{ ...disk, parentBlockBytes: 32 * MiB, headroomBytes: 0 }] }),
      'enough',
    ],
    ['growth of several VMs counts together', sight(14 * GiB, { disks: [disk, disk, disk, disk] }), 'short'],
  ])('%s', (_name, given, verdict) => {
    expect(judgeRoom(given, settings, looks).verdict).toBe(verdict);
  });

  it('looks as seldom as it may with much room, as often as it may with little', () => {
    expect(judgeRoom(sight(90 * GiB), settings, looks).nextLookMs).toBe(2000);
    const tight = judgeRoom(sight(90 * GiB), settings, looks);
    const freeBytes = tight.reserveBytes + tight.neededBytes;
    expect(judgeRoom(sight(freeBytes), settings, looks)).toMatchObject({ verdict: 'enough', nextLookMs: 200 });
    expect(judgeRoom(sight(freeBytes - 1), settings, looks).verdict).toBe('short');
  });
});

const anySight = fc.record({
  sizeBytes: fc.option(fc.integer({ min: 1, max: 2 ** 45 }), { nil: undefined }),
  freeBytes: fc.integer({ min: 0, max: 2 ** 45 }),
  disks: fc.array(
    fc.record({
      fileSizeBytes: fc.nat({ max: 2 ** 40 }),
      headroomBytes: fc.oneof(fc.nat({ max: 2 ** 40 }), fc.constant(Infinity)),
      parentBlockBytes: fc.constantFrom(MiB, 2 * MiB, 32 * MiB, 256 * MiB),
    }),
    { maxLength: 4 },
  ),
  bytesPerSecond: fc.option(fc.nat({ max: 2 ** 34 }), { nil: undefined }),
});

describe('whatever is seen', () => {
  it('never says "enough" for less room, more speed or another disk than it said "too little" for', () => {
    fc.assert(
      fc.property(anySight, fc.nat({ max: 2 ** 40 }), fc.nat({ max: 2 ** 34 }), (given, lessBytes, fasterBytes) => {
        const before = judgeRoom(given, settings, looks);
        expect(Number.isFinite(before.neededBytes)).toBe(true);
        expect(before.nextLookMs).toBeGreaterThanOrEqual(looks.leastMs);
        expect(before.nextLookMs).toBeLessThanOrEqual(looks.mostMs);
        if (before.verdict === 'enough') return;
        const bytesPerSecond = (given.bytesPerSecond ?? 0) + fasterBytes;
        for (const worse of [
          { ...given, freeBytes: Math.max(0, given.freeBytes - lessBytes) },
          { ...given, bytesPerSecond },
          { ...given, disks: [...given.disks, disk] },
        ])
          expect(judgeRoom(worse, settings, looks).verdict).not.toBe('enough');
      }),
    );
  });

  it('holds room for what a merge of everything that stands can take, and for the burst until it begins', () => {
    fc.assert(
      fc.property(anySight, (given) => {
        const { verdict, neededBytes, reserveBytes } = judgeRoom(given, settings, looks);
        const payload = given.disks.map(({ fileSizeBytes }) => Math.max(0, fileSizeBytes - 4 * MiB));
        const merge = given.disks.map(({ headroomBytes }, at) => Math.min(headroomBytes, payload[at]!));
        expect(neededBytes).toBeGreaterThanOrEqual(merge.reduce((sum, bytes) => sum + bytes, 0) + 300 * MiB);
        expect(verdict === 'enough').toBe(given.freeBytes - reserveBytes >= neededBytes);
      }),
    );
  });
});
