import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { it } from 'node:test';
import { root } from './plants.ts';

const MOST_LINES_OF_README = 25;
const MOST_LINES = 400;

/** The ports there are, by the room that defines them, and the rooms that adapt them. Both name the port where they describe themselves. */
const PORTS: Readonly<Record<string, { readonly definedBy: string; readonly adaptedBy: string }>> = {
  BlockStore: { definedBy: 'src/repo', adaptedBy: 'src/storage/memory' },
  HouseStore: { definedBy: 'src/pds', adaptedBy: 'src/storage/{idb,memory}' },
  BlobStore: { definedBy: 'src/pds', adaptedBy: 'src/storage/{idb,memory}' },
  MirrorStore: { definedBy: 'src/mirroring', adaptedBy: 'src/storage/{sqlite,memory}' },
  Channel: { definedBy: 'src/mirroring', adaptedBy: 'src/bridge/{http,loopback,websocket}' },
  KeyVault: { definedBy: 'src/keys', adaptedBy: 'src/storage/{idb,memory}' },
  JobStore: { definedBy: 'src/pds', adaptedBy: 'src/storage/{idb,memory}' },
};

const rooms = globSync(['src/*/index.ts', 'src/{storage,bridge}/*/index.ts'], { cwd: root }).map(dirname).sort();

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const lines = (text: string) => text.trimEnd().split('\n').length;

it('the rooms are found', () => {
  assert.ok(rooms.includes('src/protocol') && rooms.includes('src/repo') && rooms.includes('src/storage/memory'));
});

for (const room of rooms) {
  it(`${room} says in ${MOST_LINES_OF_README} lines what it is, its door, and what it may import`, () => {
    assert.ok(existsSync(join(root, room, 'README.md')), 'it has no README.md');
    const text = read(`${room}/README.md`);
    assert.ok(lines(text) <= MOST_LINES_OF_README, `it has ${lines(text)} lines`);
    assert.match(text, /index\.ts/);
    assert.match(text, /may import/i);
  });
}

it('every folder of src that is not inside a room has a door', () => {
  const folders = globSync(['src/*', 'src/{storage,bridge}/*'], { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['storage', 'bridge'].includes(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  assert.deepEqual(folders.filter((folder) => !existsSync(join(folder, 'index.ts'))), []);
});

for (const [port, { definedBy, adaptedBy }] of Object.entries(PORTS)) {
  it(`${port} is behind the door of ${definedBy}, and named by it and by its adapters`, () => {
    assert.match(read(`${definedBy}/index.ts`), new RegExp(`\\b${port}\\b`));
    const naming = rooms.filter((room) => room === definedBy || globSync(adaptedBy, { cwd: root }).includes(room));
    assert.ok(naming.length > 1, 'no room adapts it');
    for (const room of naming) assert.match(read(`${room}/README.md`), new RegExp(`\\b${port}\\b`), room);
  });
}

it(`no file of src, scripts or test is longer than ${MOST_LINES} lines`, () => {
  const files = globSync(['src/**/*.{ts,css}', 'scripts/**/*.mjs', 'test/**/*.ts'], { cwd: root })
    .filter((file) => !file.includes('node_modules'));
  assert.ok(files.length > 100);
  assert.deepEqual(files.filter((file) => lines(read(file)) > MOST_LINES), []);
});
