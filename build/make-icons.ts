// `node build/make-icons.ts`: writes the icon files anew after the drawing has been changed. They are committed;
// a test holds that they are what the drawing gives.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { iconFiles } from './icons/icon-files.ts';

const root = resolve(import.meta.dirname, '..');
for (const [path, content] of iconFiles()) {
  mkdirSync(dirname(resolve(root, path)), { recursive: true });
  writeFileSync(resolve(root, path), content);
}
