import { describe, expect, it } from 'vitest';
import { type NewNode } from '../model.ts';
import { FormatError } from './format-error.ts';
import { decodeTree, sortNodes, treeText, unpackIds } from './tree-codec.ts';

const id = (digit: string): string => digit.repeat(64);
const atMs = Date.UTC(2026, 10, 24, 2, 7, 43, 120);
const file = (name: string, content: readonly string[] = [], sizeBytes = 0): NewNode => ({
  type: 'file',
  name,
  mode: 0o640,
  modifiedAtMs: atMs,
  sizeBytes,
  content,
});
const encode = (nodes: readonly NewNode[]): string => [...treeText(sortNodes(nodes))].join('');
const time = '"mtime":"2026-11-24T02:07:43.12Z","atime":"2026-11-24T02:07:43.12Z","ctime":"2026-11-24T02:07:43.12Z"';

describe('trees', () => {
  it('are written byte for byte as restic writes them', () => {
    const folder: NewNode = { type: 'dir', name: 'a<b', mode: 0o755, modifiedAtMs: atMs, subtree: id('c') };
    expect(encode([file('z "1"', [id('a'), id('b')], 70_000), folder, file('empty')])).toBe(
      `{"nodes":[{"name":"a\\u003cb","type":"dir","mode":2147484141,${time},"uid":0,"gid":0,"content":null,"subtree":"${id('c')}"},` +
        `{"name":"empty","type":"file","mode":416,${time},"uid":0,"gid":0,"content":[]},` +
        `{"name":"z \\\\\\"1\\\\\\"","type":"file","mode":416,${time},"uid":0,"gid":0,"size":70000,"content":["${id('a')}","${id('b')}"]}]}\n`,
    );
    expect(encode([])).toBe('{"nodes":[]}\n');
  });

  it('are sorted by the bytes of the name, not by UTF-16 units', () => {
    const names = ['b', 'B', '\u{1f600}', '\uffe6', 'a', 'a.b', 'a b'];
    const decoded = decodeTree(Buffer.from(encode(names.map((name) => file(name)))));
    expect(decoded.nodes.map((node) => node.name)).toEqual(['B', 'a', 'a b', 'a.b', 'b', '\uffe6', '\u{1f600}']);
  });

  it('come back as they were, a long content in pieces', () => {
    const content = Array.from({ length: 20_000 }, (_, i) => i.toString(16).padStart(64, '0'));
    const raw = decodeTree(Buffer.from(encode([file('disk.vhdx', content, 5)])));
    expect([...unpackIds(raw.contents[0]!)].flat()).toEqual(content);
    expect(raw.nodes[0]).toMatchObject({ type: 'file', mode: 0o640, modifiedAtMs: atMs, sizeBytes: 5 });
  });

  it.each([[['']], [['.']], [['..']], [['a/b']], [['a\0b']], [['same', 'same']]])(
    'are refused with names %j',
    (names) => {
      expect(() => encode(names.map((name) => file(name)))).toThrow(FormatError);
    },
  );

  const node = { name: 'n', type: 'file', mtime: '2026-11-24T02:07:43Z', content: [] };
  it.each([
    ['no nodes', {}],
    ['a node that is none', { nodes: [5] }],
    ['no name', { nodes: [{ ...node, name: undefined }] }],
    ['a name that climbs', { nodes: [{ ...node, name: '..' }] }],
    ['a name with a hidden slash', { nodes: [{ ...node, name: '..\\x2fetc' }] }],
    ['a name that is not quoted', { nodes: [{ ...node, name: 'a\\q' }] }],
    ['a folder without a tree', { nodes: [{ ...node, type: 'dir' }] }],
    ['a negative size', { nodes: [{ ...node, size: -1 }] }],
    ['a size beyond exact numbers', { nodes: [{ ...node, size: 2 ** 60 }] }],
    ['content that is no id', { nodes: [{ ...node, content: ['../../etc/passwd'] }] }],
    ['no time', { nodes: [{ ...node, mtime: 'never' }] }],
  ])('from elsewhere are refused with %s', (_what, tree) => {
    expect(() => decodeTree(Buffer.from(JSON.stringify(tree)))).toThrow(FormatError);
  });
});
