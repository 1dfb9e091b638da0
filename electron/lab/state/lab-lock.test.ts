// The lock of a lab outlives nobody: a process that was killed does not hold it, however the system remembers it.
import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../../testing/temp-dir.ts';
import { zombieProcess } from '../../../testing/zombie-process.ts';
import { lockLab } from './lab-lock.ts';

describe('the lab lock', () => {
  it.runIf(process.platform === 'linux')('of a killed process nobody asked after is taken over', async () => {
    const folder = tempDir();
    const pid = await zombieProcess();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const begunAt = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    writeFileSync(join(folder, 'lab.lock'), `${pid} ${begunAt}`);
    const lock = await lockLab(folder);
    await lock.release();
  });

  it('of a process that lives is refused', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'lab.lock'), `${process.ppid} `);
    await expect(lockLab(folder)).rejects.toMatchObject({ code: 'lab.in-use' });
  });
});
