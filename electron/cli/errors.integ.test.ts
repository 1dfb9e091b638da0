// What the command line says when something is in the way: each a typed error with the thing, the cause and the next
// step, the right exit code, and nothing changed by it.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, mkdirSync, readdirSync, renameSync, truncateSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { findJudge, requireJudges } from '../../testing/judges.ts';
import { tempDir } from '../../testing/temp-dir.ts';
import { errorOf, useInstallation } from './testing/installation.ts';
import { runStillpoint, type ProcessResult } from './testing/stillpoint-process.ts';

const installation = useInstallation('errors');
const { dir, repository, passwordFile } = installation;
const vm = 'MON01';

/** Everything in the repository, by name. */
const contents = (folder = repository): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

const backup = (...more: readonly string[]): Promise<ProcessResult> =>
  installation.run('backup', vm, '--json', ...more);

function failureOf(result: ProcessResult): unknown {
  const parsed = JSON.parse(result.stdout) as {
    readonly error?: unknown;
    readonly vms?: readonly { error: unknown }[];
  };
  return parsed.error ?? parsed.vms?.[0]?.error;
}

async function expectNothingStands(): Promise<void> {
  expect(installation.avhdxFiles()).toEqual([]);
  expect(await installation.leftovers()).toEqual([]);
}

beforeAll(async () => {
  expect((await backup()).exitCode).toBe(0);
});

describe('the repository', () => {
  it('does not open with a wrong password', async () => {
    const before = contents();
    const wrong = join(tempDir(), 'pw');
    writeFileSync(wrong, 'not the password');
    const result = await backup('--password-file', wrong);
    expect(result.exitCode).toBe(1);
    expect(failureOf(result)).toMatchObject({
      code: 'repository.wrong-password',
      title: `The password does not open ${repository}`,
      nextStep: expect.stringContaining('Check the password') as string,
    });
    expect(contents()).toEqual(before);
    await expectNothingStands();
  });

  it('is asked for by name when there is none, with the command that makes one', async () => {
    const other = tempDir('other');
    const init = await runStillpoint(['repository', 'init', '--dir', other]);
    expect(init.exitCode).toBe(2);
    expect(init.said.join('\n')).toMatch(/needs a password: --password-file FILE, or --new-password-file FILE/);
    expect(readdirSync(other)).toEqual([]);
    const settings = join(dir, 'settings.json');
    renameSync(settings, `${settings}.away`);
    try {
      const result = await installation.run('backup', vm);
      expect(result.exitCode).toBe(1);
      expect(result.said.join('\n')).toMatch(/No repository has been chosen[\s\S]*stillpoint repository init/);
    } finally {
      renameSync(`${settings}.away`, settings);
    }
  });

  it('is not made where one is already, nor where nothing can be written', async () => {
    const again = await installation.run('repository', 'init', '--password-file', passwordFile, '--json');
    expect(again.exitCode).toBe(1);
    expect(errorOf(again)).toMatchObject({ code: 'repository.already-exists' });
    const below = join(dir, 'pw.txt', 'below-a-file');
    const result = await installation.run('repository', 'init', below, '--password-file', passwordFile, '--json');
    expect(result.exitCode).toBe(1);
    expect(errorOf(result)).toMatchObject({ code: 'repository.not-writable', params: { location: below } });
    await expect(installation.restic('snapshots', '--json')).resolves.toMatchObject({ exitCode: 0 });
  });

  it('that became read-only stops the run before any host is touched', async (context) => {
    const mounted = mountTmpfs(context, '256m');
    cpSync(repository, join(mounted, 'r'), { recursive: true });
    execFileSync('mount', ['-o', 'remount,ro', mounted]);
    const result = await backup('--repository', join(mounted, 'r'), '--password-file', passwordFile);
    expect(result.exitCode).toBe(1);
    expect(failureOf(result)).toMatchObject({ code: 'repository.not-writable' });
    expect(result.said.join('\n')).not.toContain('requesting checkpoint');
    await expectNothingStands();
  });

  it('that is full fails the run, which is merged all the same, and stays sound', async (context) => {
    requireJudges(context, 'restic');
    const mounted = mountTmpfs(context, '24m');
    const small = join(mounted, 'r');
    const init = await runStillpoint([
      'repository',
      'init',
      small,
      '--password-file',
      passwordFile,
      '--dir',
      tempDir(),
    ]);
    expect(init.exitCode).toBe(0);
    const result = await backup('--repository', small, '--password-file', passwordFile);
    expect(result.exitCode).toBe(1);
    expect(failureOf(result)).toMatchObject({ code: 'repository.disk-full', params: { location: small } });
    expect(result.said.join('\n')).toMatch(/merge confirmed/);
    await expectNothingStands();
    const check = execFileSync(findJudge('restic') ?? '', [
      '-r',
      small,
      '--password-file',
      passwordFile,
      '--no-cache',
      '--no-lock',
      'check',
    ]);
    expect(String(check)).toContain('no errors were found');
  });

  it('that a living restic has locked is left to it', async (context) => {
    requireJudges(context, 'restic');
    const before = contents().filter((name) => !name.startsWith('locks'));
    await whileResticHoldsItsLock(async () => {
      const result = await backup();
      expect(result.exitCode).toBe(1);
      expect(failureOf(result)).toMatchObject({
        code: 'repository.locked',
        params: { location: repository, exclusive: true },
      });
      expect(result.said.join('\n')).not.toContain('requesting checkpoint');
    });
    expect(contents().filter((name) => !name.startsWith('locks'))).toEqual(before);
    await expectNothingStands();
  });
});

describe('the VM', () => {
  it('that does not exist gets near names', async () => {
    const result = await installation.run('backup', 'MON1', '--json');
    expect(result.exitCode).toBe(1);
    expect(errorOf(result)).toMatchObject({ code: 'cli.vm-unknown', params: { vm: 'MON1', near: ['MON01'] } });
  });

  it('with a recovery checkpoint of another product is left alone', async () => {
    expect((await installation.run('lab', 'foreign-checkpoint', 'DC01')).exitCode).toBe(0);
    const result = await installation.run('backup', 'DC01', '--json');
    expect(result.exitCode).toBe(1);
    expect(failureOf(result)).toMatchObject({
      code: 'engine.foreign-recovery-checkpoint',
      title: expect.stringContaining('"Other Backup 1"') as string,
    });
    const dc = (await installation.lab()).vms.find((candidate) => candidate.name === 'DC01');
    expect(dc?.checkpoints.map((checkpoint) => checkpoint.name)).toEqual(['Other Backup 1']);
  });

  it('that cannot be quiesced fails, says which VSS writer, and keeps no checkpoint', async () => {
    const result = await installation.run('backup', 'PRINT01', '--json', '--lab-fault', 'vss-writer-fails');
    expect(result.exitCode).toBe(1);
    expect(failureOf(result)).toMatchObject({ code: 'hyperv.vss-writer-failed' });
    const print = (await installation.lab()).vms.find((candidate) => candidate.name === 'PRINT01');
    expect(print?.checkpoints).toEqual([]);
  });

  it.each<[string, (file: string) => void, RegExp]>([
    ['truncated', (file) => truncateSync(file, 700_000), /^vhdx\./],
    ['not a VHDX', (file) => writeFileSync(file, 'x'.repeat(1_000_000)), /^vhdx\./],
  ])('whose disk is %s is told by the name of the file', async (_name, damage, code) => {
    const { vms } = await installation.lab();
    const [disk] = vms.find((candidate) => candidate.name === 'BRANCH-GW')?.disks ?? [];
    const file = disk?.file ?? '';
    const kept = join(tempDir('kept'), 'disk.vhdx');
    copyFileSync(file, kept);
    damage(file);
    try {
      const result = await installation.run('audit', '--json');
      expect(result.exitCode).toBe(1);
      const error = errorOf(result);
      expect(error.code).toMatch(code);
      expect(JSON.stringify(error)).toContain('BRANCH-GW');
      expect(error.nextStep).not.toBe('');
    } finally {
      copyFileSync(kept, file);
    }
    expect((await installation.run('audit', '--json')).exitCode).toBe(0);
  });
});

describe('the words', () => {
  it.each([
    [['backup', 'MON01', '--jsno'], 'cli.unknown-option'],
    [['bakup', 'MON01'], 'cli.unknown-command'],
    [['backup', 'MON01', '--password', 'secret'], 'cli.password-argument'],
    [['backup'], 'cli.missing-argument'],
    [['backup', 'MON01', '--mode', 'fast'], 'cli.bad-option-value'],
    [['verify', 'no-hex'], 'contract.invalid-input'],
  ])('%j is bad usage', async (args, code) => {
    const result = await installation.run(...args, '--json');
    expect(result.exitCode).toBe(2);
    expect(errorOf(result).code).toBe(code);
    const plain = await installation.run(...args, '--verbose');
    expect(plain.stdout).toBe('');
    expect(plain.said.join('\n')).toMatch(/^Error: .+\n {2}.+\n {2}What to do: .+\n {2}Technical details:/m);
    expect(result.stdout + plain.said.join('\n')).not.toContain('secret');
  });

  it('without a lab, the command that makes one is named', async () => {
    const result = await runStillpoint(['audit', '--dir', tempDir()]);
    expect(result.exitCode).toBe(1);
    expect(result.said.join('\n')).toMatch(/There is no lab in .*[\s\S]*stillpoint lab create/);
  });
});

/** A file system of its own, which can be full or read-only also for root. */
function mountTmpfs(context: TestContext, size: string): string {
  const folder = tempDir('mount');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return context.skip('mounting a small tmpfs is not allowed here');
  }
  onTestFinished(() => void execFileSync('umount', [folder]));
  return folder;
}

/** `restic check` locks exclusively. It is stopped in the moment its lock appears, and goes on afterwards. */
async function whileResticHoldsItsLock(work: () => Promise<void>): Promise<void> {
  const locks = join(repository, 'locks');
  mkdirSync(locks, { recursive: true });
  const appeared = Promise.withResolvers<undefined>();
  const watcher = watch(locks, () => {
    if (readdirSync(locks).some((name) => /^[0-9a-f]{64}$/.test(name))) appeared.resolve(undefined);
  });
  const args = ['-r', repository, '--password-file', passwordFile, '--no-cache', 'check', '--read-data'];
  const restic = spawn(findJudge('restic') ?? '', args, { stdio: 'ignore' });
  const ended = once(restic, 'close');
  try {
    await appeared.promise;
    restic.kill('SIGSTOP');
    await work();
  } finally {
    watcher.close();
    restic.kill('SIGCONT');
    await ended;
  }
}
