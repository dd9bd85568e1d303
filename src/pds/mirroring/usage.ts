import { lexicons } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import type { House } from '../house.ts';
import type { PairedMirror } from '../ports/paired-mirror.ts';
import { changeMirror, mirrorClient, pairedAccount } from './paired.ts';

/**
 * Asks the mirror and its standbys what the account takes there, and may. Who gives no answer, as older ones do, changes nothing of what is known.
 * @throws XrpcError AccountNotFound, NotPaired
 */
export async function askUsage(house: House, did: Did): Promise<void> {
  const account = await pairedAccount(house, did);
  const { mirror } = account;
  await Promise.all([mirror, ...(mirror.standbys ?? [])].map(async (place) => {
    const client = await mirrorClient(house, account, place);
    const usage = await client.call(lexicons.AppHoldfastMirrorGetUsage.mainSchema).then((answer) => answer.usage, () => undefined);
    if (usage === undefined || JSON.stringify(usage) === JSON.stringify(place.usage)) return;
    await changeMirror(house, did, (now) => now && { mirror: withUsage(now, place.url, usage) }, place === mirror ? undefined : 'standbys');
  }));
}

/** One may have taken the place of the other meanwhile. */
function withUsage(mirror: PairedMirror, url: string, usage: NonNullable<PairedMirror['usage']>): PairedMirror {
  if (mirror.url === url) return { ...mirror, usage };
  const { standbys } = mirror;
  return { ...mirror, ...(standbys !== undefined && { standbys: standbys.map((each) => (each.url === url ? { ...each, usage } : each)) }) };
}
