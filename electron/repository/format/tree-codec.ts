// Folders as restic stores them: a JSON document of nodes, sorted by name, in the key order of restic's Go structs
// ("restic design.rst", Trees and Data; internal/restic/node.go). Large files make large folders, so both directions
// work in pieces and keep the content ids apart.
import { z } from 'zod';
import { type NewNode, type TreeNode } from '../model.ts';
import { FormatError } from './format-error.ts';
import { goJsonString, goQuote, goTime, goUnquote, parseGoTime } from './go-text.ts';
import { idFromBytes, idSizeBytes } from './id.ts';
import { limits } from './limits.ts';
import { parseJson } from './parse-json.ts';

/** Go's os.ModeDir. */
const goDirectoryBit = 2 ** 31;
const idsPerPiece = 8192;

/** The tree's bytes as text pieces of bounded size, in order. Nodes come sorted (`sortNodes`). */
export function* treeText(nodes: readonly NewNode[]): Generator<string> {
  yield '{"nodes":[';
  for (const [i, node] of nodes.entries()) {
    yield `${i === 0 ? '' : ','}{${commonFields(node)}`;
    if (node.type === 'file') yield* contentText(node.content);
    else yield `,"content":null,"subtree":"${node.subtree}"`;
    yield '}';
  }
  yield ']}\n';
}

/** By the bytes of the name, as restic wants them; throws on names that no folder can have. */
export function sortNodes(nodes: readonly NewNode[]): readonly NewNode[] {
  const named = nodes.map((node) => ({ node, bytes: Buffer.from(node.name) }));
  named.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  for (const [i, { node, bytes }] of named.entries()) {
    if (!isName(node.name)) throw new FormatError(`${JSON.stringify(node.name)} is no name of a file`);
    if (named[i - 1]?.bytes.equals(bytes) === true) throw new FormatError(`two nodes are named ${node.name}`);
  }
  return named.map(({ node }) => node);
}

function commonFields(node: NewNode): string {
  const time = goTime(node.modifiedAtMs);
  const permissions = node.mode & 0o777;
  const mode = node.type === 'dir' ? goDirectoryBit + permissions : permissions;
  const fields = [
    `"name":${goJsonString(goQuote(node.name))}`,
    `"type":"${node.type}"`,
    ...(mode > 0 ? [`"mode":${mode}`] : []),
    `"mtime":"${time}","atime":"${time}","ctime":"${time}","uid":0,"gid":0`,
    ...(node.type === 'file' && node.sizeBytes > 0 ? [`"size":${node.sizeBytes}`] : []),
  ];
  return fields.join(',');
}

function* contentText(content: readonly string[]): Generator<string> {
  yield ',"content":[';
  for (let at = 0; at < content.length; at += idsPerPiece) {
    yield `${at === 0 ? '' : ','}"${content.slice(at, at + idsPerPiece).join('","')}"`;
  }
  yield ']';
}

/** A decoded tree whose content ids are still 32 bytes each, one after another: cheap to hand between threads. */
export interface RawTree {
  readonly nodes: readonly TreeNode[];
  /** For each node its ids; empty where there are none. */
  readonly contents: readonly Uint8Array[];
}

const idText = z.string().regex(/^[0-9a-f]{64}$/);
const nodeSchema = z.object({
  name: z.string(),
  type: z.string(),
  mode: z.number().int().min(0).default(0),
  mtime: z.string(),
  size: z.number().int().min(0).default(0),
  content: z.array(idText).nullish(),
  subtree: idText.nullish(),
});
const treeSchema = z.object({ nodes: z.array(nodeSchema).max(limits.nodesPerTree) });
type ParsedNode = z.infer<typeof nodeSchema>;

export function decodeTree(bytes: Uint8Array): RawTree {
  const { nodes } = parseJson(bytes, treeSchema);
  return { nodes: nodes.map(toNode), contents: nodes.map((node) => packIds(node.content ?? [])) };
}

function toNode(node: ParsedNode): TreeNode {
  const name = goUnquote(node.name);
  if (!isName(name)) throw new FormatError('a node has a name that no file can have');
  const common = { name, mode: node.mode & 0o777, modifiedAtMs: parseGoTime(node.mtime) };
  if (node.type === 'file') return { type: 'file', ...common, sizeBytes: node.size, content: [] };
  if (node.type !== 'dir') return { type: 'other', name, kind: node.type };
  if (typeof node.subtree !== 'string') throw new FormatError('a folder in it has no content');
  return { type: 'dir', ...common, subtree: node.subtree };
}

// SECURITY: a name is one step of a path; with anything else in it a restore could leave its folder.
function isName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !name.includes('\0');
}

function packIds(ids: readonly string[]): Uint8Array {
  const packed = Buffer.alloc(ids.length * idSizeBytes);
  for (const [i, id] of ids.entries()) packed.write(id, i * idSizeBytes, 'hex');
  return packed;
}

/** The ids of one node as text, in pieces. */
export function* unpackIds(packed: Uint8Array): Generator<readonly string[]> {
  for (let at = 0; at < packed.length; at += idsPerPiece * idSizeBytes) {
    const ids: string[] = [];
    const end = Math.min(packed.length, at + idsPerPiece * idSizeBytes);
    for (let offset = at; offset < end; offset += idSizeBytes) ids.push(idFromBytes(packed, offset));
    yield ids;
  }
}
