import { normalizeLowS, parseDidKey } from '../../../src/protocol/index.ts';
import type { Signer } from '../../../src/protocol/index.ts';
import type { Page } from 'puppeteer-core';

/**
 * The rotation key of a house, as somebody has it who has a copy of the whole storage of its browser: they cannot read it, and sign
 * with it past the house.
 */
export async function stolenKey(page: Page, did: string, key: string): Promise<Signer> {
  const sign = (message: readonly number[]): Promise<number[]> => page.evaluate(async (did, message) => {
    const opened = <Result>(request: IDBRequest<Result>) => new Promise<Result>((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(request.error));
    });
    const database = await opened(indexedDB.open('holdfast'));
    const { rotation } = await opened(database.transaction('keys').objectStore('keys').get(did)) as { rotation: CryptoKeyPair };
    database.close();
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, rotation.privateKey, new Uint8Array(message));
    return [...new Uint8Array(signature)];
  }, did, message as number[]);
  return {
    publicKey: parseDidKey(key),
    sign: async (message) => normalizeLowS('p256', new Uint8Array(await sign([...message]))),
  };
}
