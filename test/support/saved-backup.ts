import { cidOf } from '../../src/protocol/index.ts';
import type { SaveResult } from '../../src/jobs/save.ts';
import { restoreOf, TestHouse } from './job-house.ts';
import { makeRestorable } from './restorable.ts';
import type { Restorable } from './restorable.ts';

/** As UTF-8. */
export const text = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value);
export const PREFERENCES = text('[{"$type":"app.bsky.actor.defs#adultContentPref","enabled":false}]');
export const PICTURES = ['one', 'two', 'three'].map((name) => ({ bytes: text(name), cid: cidOf(text(name), 'raw') }));

/** An account with records that name three blobs, two of which are here, in a house; and its backup, with the kit. */
export async function savedBackup(): Promise<{ readonly house: TestHouse; readonly made: Restorable; readonly saved: SaveResult; readonly zip: Blob }> {
  const house = new TestHouse();
  const items = PICTURES.map(({ cid, bytes }, index) => ({
    path: `app.holdfast.test/r${index}`,
    record: { $type: 'app.holdfast.test', image: { $type: 'blob', ref: cid, mimeType: 'image/png', size: bytes.length } },
  }));
  const made = await makeRestorable({ items });
  await house.done(restoreOf(made));
  for (const { bytes, cid } of PICTURES.slice(0, 2)) await house.blobs.put(made.did, bytes, { cid, mimeType: 'image/png' });
  await house.store.setPreferences(made.did, PREFERENCES);
  const saved = await house.done<SaveResult>({ job: 'save', did: made.did, form: 'zip', kit: made.kit });
  return { house, made, saved, zip: saved.file! };
}
