import { house } from '../house/client.ts';
import { beginWaking, endWaking, endWakings, tellWaker, wokenBy } from '../house/waking.ts';
import { asOwner } from './as-owner.ts';
import { browserName } from './browser-name.ts';
import { noticeWords } from './notice-words.ts';
import type { ProcedureInput, QueryOutput } from '../../protocol/index.ts';
import type { Wakers } from '../house/waking.ts';
import type { Account } from './account-store.ts';
import type { Mirror } from './mirror-store.ts';

export type Alerts = QueryOutput<'app.holdfast.bridge.getAlerts'>['alerts'];
export type Deed = ProcedureInput<'app.holdfast.bridge.setAlerts'>['deed'];
type Did = Account['did'];

/** How one mirror of an account tells its owner: the mirror itself, or a standby. */
export interface AlertPlace {
  readonly url: string;
  readonly isStandby: boolean;
  /** Undefined where it could not be asked. */
  readonly alerts: Alerts | undefined;
  /** What it knows this browser by, if it can wake it. */
  readonly here: string | undefined;
}

/** A deed went wrong at one of them. */
export interface AlertFailure {
  readonly url: string;
  readonly error: unknown;
}

const DEED = 'app.holdfast.mirror.setAlerts';

/**
 * Asks the mirror and all standbys, the mirror first. Where each answers, no other can wake this browser about the account from then on:
 * one that was left, or that stands by no more. Never rejects.
 */
export async function alertPlaces(did: Did, { url, standbys = [] }: Pick<Mirror, 'url' | 'standbys'>): Promise<readonly AlertPlace[]> {
  const all = [{ url, isStandby: false }, ...standbys.map((each) => ({ url: each.url, isStandby: true }))];
  const places = await Promise.all(all.map((place) => askPlace(did, place)));
  const answers = places.flatMap(({ alerts }) => alerts ?? []);
  if (answers.length === places.length) await endWakings(did, answers.flatMap(({ pushKey }) => pushKey ?? [])).catch(() => undefined);
  return places;
}

async function askPlace(did: Did, { url, isStandby }: Pick<AlertPlace, 'url' | 'isStandby'>): Promise<AlertPlace> {
  const found = await house.get('app.holdfast.bridge.getAlerts', { did, ...atStandby({ url, isStandby }) }).catch(() => undefined);
  return withHere(did, { url, isStandby, alerts: found?.alerts, here: undefined });
}

/** Does something at one of them. @throws HouseError */
export async function doAt(did: Did, place: AlertPlace, deed: Deed): Promise<AlertPlace> {
  const { alerts } = await asOwner(did, () => house.post('app.holdfast.bridge.setAlerts', { did, ...atStandby(place), deed }));
  return withHere(did, { ...place, alerts });
}

/** Does something at each of them that has an answer to give; the others are not kept from it by one where it goes wrong. */
export async function doEverywhere(
  did: Did, places: readonly AlertPlace[], work: (place: AlertPlace) => Promise<AlertPlace> | undefined,
): Promise<{ readonly places: readonly AlertPlace[]; readonly failed: AlertFailure | undefined; readonly isDone: boolean }> {
  const after: AlertPlace[] = [];
  let [failed, isDone]: [AlertFailure | undefined, boolean] = [undefined, false];
  for (const place of places) {
    const working = work(place);
    try {
      after.push((await working) ?? place);
      isDone ||= working !== undefined;
    } catch (error) {
      // A browser may be lost by now.
      after.push(await askPlace(did, place));
      failed ??= { url: place.url, error };
    }
  }
  return { places: after, failed, isDone };
}

/** Whether each of them that can, and was asked, notifies the owner in this browser. */
export function isNotifiedHere(places: readonly AlertPlace[]): boolean {
  const able = places.filter(({ alerts }) => alerts?.pushKey !== undefined);
  return able.length > 0 && able.every((place) => isWell(wayHere(place)));
}

/** Lets a mirror wake this browser; undefined where it cannot, or does already. @throws HouseError PushUnavailable, and as `doAt` */
export function notifyHere(did: Did, place: AlertPlace): Promise<AlertPlace> | undefined {
  const of = wakersOf(did, place);
  const known = wayHere(place);
  if (of === undefined || isWell(known)) return undefined;
  return (async () => {
    // A browser gives the address that is lost once more, as long as it is registered.
    if (known !== undefined) await endWaking(of);
    const { id, endpoint, p256dh, auth } = await beginWaking(of);
    const name = browserName();
    try {
      // The test that comes at once is in these words.
      await tellWaker(of, { ...noticeWords(), id, name });
      return await doAt(did, place, {
        $type: `${DEED}#addPush`, endpoint: endpoint as `${string}:${string}`, p256dh, auth, name, ...(known !== undefined && { replaces: known.id }),
      });
    } catch (error) {
      await endWaking(of);
      throw error;
    }
  })();
}

function wayHere({ alerts, here }: AlertPlace): Alerts['ways'][number] | undefined {
  return alerts?.ways.find(({ id }) => id === here);
}

function isWell(way: Alerts['ways'][number] | undefined): boolean {
  return way !== undefined && way.lostAt === undefined;
}

/** A mirror wakes this browser no more. @throws as `doAt` */
export function stopNotifyingHere(did: Did, place: AlertPlace): Promise<AlertPlace> | undefined {
  const { here } = place;
  const of = wakersOf(did, place);
  if (of === undefined || here === undefined) return undefined;
  return doAt(did, place, { $type: `${DEED}#remove`, id: here }).finally(() => endWaking(of)).then((after) => ({ ...after, here: undefined }));
}

async function withHere(did: Did, place: AlertPlace): Promise<AlertPlace> {
  const of = wakersOf(did, place);
  const here = of && await wokenBy(of).catch(() => undefined);
  // The language may be another by now.
  if (of !== undefined && here !== undefined) await tellWaker(of, { ...noticeWords(), id: here, name: browserName() }).catch(() => undefined);
  return { ...place, here };
}

function wakersOf(did: Did, { url, alerts }: AlertPlace): Wakers | undefined {
  return alerts?.pushKey === undefined ? undefined : { did, mirror: url, key: alerts.pushKey };
}

function atStandby({ url, isStandby }: Pick<AlertPlace, 'url' | 'isStandby'>): { readonly mirror?: `${string}:${string}` } {
  return isStandby ? { mirror: url as `${string}:${string}` } : {};
}
