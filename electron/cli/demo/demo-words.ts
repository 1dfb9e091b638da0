// What the demo tells an admin at its end: what was proved, and where everything is.
import { dirname } from 'node:path';
import { formatBytes, formatSeconds, formatTime, plural, shortId } from '../../../shared/words/format.ts';
import { consistencyWords } from '../../../shared/words/run-words.ts';
import type { Consistency, Quiescing } from '../../../shared/model/site.ts';
import type { DemoResult, ProvedRestorePoint } from './demo-result.ts';

export function demoText(result: DemoResult): readonly string[] {
  const { ok, restorePoints, liveDisks, leftovers, failures, repository, passwordFile, lab } = result;
  const first = restorePoints[0];
  return [
    '',
    ok ? 'Proved:' : 'NOT proved:',
    ...failures.map((failure) => `  FAILED: ${failure}`),
    ...restorePoints.flatMap(pointLines),
    `  Live disks: ${plural(liveDisks.length, 'disk')} read after the merge: ${allSame(liveDisks) ? 'exactly what the guests wrote' : 'DIFFERENT'}.`,
    `  Left over on the hosts: ${leftovers.length === 0 ? 'nothing' : plural(leftovers.length, 'thing')}.`,
    '',
    'Where it is:',
    `  Lab           ${lab}`,
    `  Repository    ${repository}`,
    `  Password      ${passwordFile}`,
    ...(first?.disks[0] === undefined ? [] : [`  Restored      ${dirname(dirname(first.disks[0].restoredFile))}`]),
    '',
    'Check it without Stillpoint, with stock restic:',
    `  restic -r ${repository} --password-file ${passwordFile} check --read-data`,
    ...(first === undefined
      ? []
      : [`  restic -r ${repository} --password-file ${passwordFile} ls ${shortId(first.id)}`]),
    '',
    `${formatSeconds(result.elapsedMs)}, at most ${formatBytes(result.peakMemoryBytes)} of memory.`,
  ];
}

function pointLines(point: ProvedRestorePoint): readonly string[] {
  const { vm, id, disks, guestDatabase, changedBytes } = point;
  const same = disks.filter((disk) => disk.checkpointSha256 === disk.restoredSha256).length;
  const achieved = consistencyWords(point.consistency as Consistency, point.quiescing as Quiescing);
  const time = formatTime(Date.parse(point.checkpointAt));
  return [
    `  ${vm}, restore point ${shortId(id)} of ${time}, ${achieved}, ${point.mode}:`,
    `    every chunk read back, decrypted and hashed: ${point.verified ? 'intact' : 'DAMAGED'}`,
    `    ${same} of ${plural(disks.length, 'restored disk')} equal to the disk at the checkpoint, byte for byte`,
    `    the guest's database in it is ${guestDatabase.whole ? 'whole' : 'TORN'} (${guestDatabase.transactions} transactions)`,
    changedBytes === undefined
      ? `    ${formatBytes(point.readBytes)} read, ${formatBytes(point.storedBytes)} stored`
      : `    ${formatBytes(point.storedBytes)} stored; the guest had changed ${formatBytes(changedBytes)} since its restore point before`,
  ];
}

function allSame(liveDisks: DemoResult['liveDisks']): boolean {
  return liveDisks.every((disk) => disk.sha256 === disk.fileSha256);
}
