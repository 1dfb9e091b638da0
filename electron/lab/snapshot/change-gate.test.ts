import { describe, expect, it } from 'vitest';
import { ChangeGate, holdAllStill } from './change-gate.ts';

/** A change that goes on until it is told to end, and what happened in which order. */
function steps() {
  const story: string[] = [];
  const ends = new Map<string, () => void>();
  const change = (name: string) => async (): Promise<void> => {
    story.push(`${name} begins`);
    await new Promise<void>((resolve) => ends.set(name, resolve));
    story.push(`${name} ends`);
  };
  return { story, change, end: (name: string) => ends.get(name)?.() };
}

/** Lets everything happen that waits for nothing. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('a gate', () => {
  it('holds still only when every change under way has ended, and lets no new one begin', async () => {
    const gate = new ChangeGate();
    const { story, change, end } = steps();
    const changes = [gate.change(change('a')), gate.change(change('b'))];
    const held = gate.holdStill(change('hold'));
    await settle();
    changes.push(gate.change(change('c')));
    await settle();
    end('a');
    await settle();
    expect(story).toEqual(['a begins', 'b begins', 'a ends']);
    end('b');
    await settle();
    end('hold');
    await held;
    await settle();
    end('c');
    await Promise.all(changes);
    expect(story.slice(3)).toEqual(['b ends', 'hold begins', 'hold ends', 'c begins', 'c ends']);
  });

  it('opens again when what it was held for fails', async () => {
    const gate = new ChangeGate();
    await expect(gate.holdStill(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await gate.change(() => Promise.resolve(1))).toBe(1);
    await expect(gate.change(() => Promise.reject(new Error('full')))).rejects.toThrow('full');
    expect(await gate.holdStill(() => Promise.resolve(2))).toBe(2);
  });

  it('is held by one at a time', async () => {
    const gate = new ChangeGate();
    const { story, change, end } = steps();
    const both = [gate.holdStill(change('a')), gate.holdStill(change('b'))];
    await settle();
    expect(story).toEqual(['a begins']);
    end('a');
    await settle();
    end('b');
    await Promise.all(both);
    expect(story).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });
});

it('several gates are all shut before the instant', async () => {
  const gates = [new ChangeGate(), new ChangeGate()];
  const { story, change, end } = steps();
  const changing = gates[1]!.change(change('second'));
  const held = holdAllStill(gates, change('hold'));
  await settle();
  const late = gates[0]!.change(change('first'));
  await settle();
  expect(story).toEqual(['second begins']);
  end('second');
  await settle();
  expect(story).toEqual(['second begins', 'second ends', 'hold begins']);
  end('hold');
  await settle();
  end('first');
  await Promise.all([changing, held, late]);
});
