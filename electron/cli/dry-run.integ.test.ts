// `backup --dry-run`: the whole plan, and nothing done.
import { expect, it } from 'vitest';
import type { BackupPlan } from '../../shared/model/backup-plan.ts';
import { tempDir } from '../../testing/temp-dir.ts';
import { jsonOf, runStillpoint } from './testing/stillpoint-process.ts';

it('plans on-host and off-host backups of the lab, and touches nothing', async () => {
  const dir = tempDir();
  const at = ['--dir', dir];
  expect((await runStillpoint(['lab', 'create', ...at])).exitCode).toBe(0);
  const onHost = await jsonOf<{ plan: BackupPlan }>(['backup', 'SQL01', 'WEB01', '--dry-run', ...at]);
  expect(onHost.plan.vms.map(({ name, mode }) => [name, mode])).toEqual([
    ['SQL01', 'on-host'],
    ['WEB01', 'on-host'],
  ]);
  const offHost = await jsonOf<{ plan: BackupPlan }>(['backup', 'SQL01', '--mode', 'off-host', '--dry-run', ...at]);
  expect(offHost.plan).toMatchObject({ mode: 'off-host', proxyId: 'proxy01', groups: [{ variant: 'transportable' }] });
  const told = await runStillpoint(['backup', 'SQL01', '--mode', 'off-host', '--dry-run', ...at]);
  expect(told.stdout).toContain('does not carry them out yet');
  expect(told.stdout).toContain('Nothing was done.');
  expect(await jsonOf(['leftovers', 'list', ...at])).toMatchObject({ leftovers: [] });
  expect(await jsonOf(['runs', 'list', ...at])).toMatchObject({ runs: [] });
});
