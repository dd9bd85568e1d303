import { makeRestorable } from '../../support/restorable.ts';
import type { Files } from './restored.ts';

/** An account to restore, with more than one batch of rows, so that there is something half-way. */
export async function makeFiles(): Promise<Files> {
  const items = Array.from({ length: 40 }, (_, index) => ({
    path: `app.holdfast.note/large-${index}`, record: { $type: 'app.holdfast.note', text: `${index} ${'y'.repeat(120_000)}` },
  }));
  const { kit, passphrase, car } = await makeRestorable({ items });
  return { kit, passphrase, car };
}
