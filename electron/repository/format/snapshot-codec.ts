// Snapshot files ("restic design.rst", Snapshots; internal/restic/snapshot.go for the order of the keys).
import { z } from 'zod';
import { type NewSnapshot, type RepositoryHost, type Snapshot } from '../model.ts';
import { goJsonString, goTime, parseGoTime } from './go-text.ts';
import { parseJson } from './parse-json.ts';

const idText = z.string().regex(/^[0-9a-f]{64}$/);
const snapshotSchema = z.object({
  time: z.string(),
  parent: idText.nullish(),
  tree: idText,
  paths: z.array(z.string()).nullish(),
  hostname: z.string().nullish(),
  username: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  program_version: z.string().nullish(),
});

export function encodeSnapshot(snapshot: NewSnapshot, host: RepositoryHost): string {
  const list = (texts: readonly string[]): string => `[${texts.map(goJsonString).join(',')}]`;
  const optional = (key: string, text: string | undefined): readonly string[] =>
    text === undefined || text === '' ? [] : [`"${key}":${goJsonString(text)}`];
  const tags = snapshot.tags ?? [];
  const fields = [
    `"time":"${goTime(snapshot.takenAtMs)}"`,
    ...optional('parent', snapshot.parent),
    `"tree":"${snapshot.tree}"`,
    `"paths":${list(snapshot.paths)}`,
    ...optional('hostname', snapshot.hostname ?? host.hostname),
    ...optional('username', snapshot.username ?? host.username),
    ...(host.uid > 0 ? [`"uid":${host.uid}`] : []),
    ...(host.gid > 0 ? [`"gid":${host.gid}`] : []),
    ...(tags.length > 0 ? [`"tags":${list(tags)}`] : []),
    ...optional('program_version', snapshot.programVersion),
  ];
  return `{${fields.join(',')}}`;
}

export function decodeSnapshot(id: string, bytes: Uint8Array): Snapshot {
  const json = parseJson(bytes, snapshotSchema);
  return {
    id,
    takenAtMs: parseGoTime(json.time),
    tree: json.tree,
    ...(typeof json.parent === 'string' && { parent: json.parent }),
    paths: json.paths ?? [],
    hostname: json.hostname ?? '',
    username: json.username ?? '',
    tags: json.tags ?? [],
    ...(typeof json.program_version === 'string' && { programVersion: json.program_version }),
  };
}
