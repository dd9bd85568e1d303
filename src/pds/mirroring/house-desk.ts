import { parseNsid, signServiceAuth } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { decodeCommitBody } from '../../mirroring/index.ts';
import type { HouseDesk } from '../../mirroring/index.ts';
import { noteUse } from '../accounts/note-use.ts';
import type { House } from '../house.ts';
import { greet } from './greet.ts';
import { handOver } from './hand-over.ts';
import { registerOperations } from './identity.ts';
import { outbox } from './outbox.ts';
import { mirrorClient, pairedAccount } from './paired.ts';
import { refused } from './refused.ts';
import { sendBlobs } from './send-blobs.ts';
import { settle } from './settle.ts';

/** A desk whose words for the mirror may be for another method than the conversation, and name fingerprints (`app.holdfast.bridge.hello`). */
interface PageDesk extends HouseDesk {
  hello(purpose?: string, fingerprints?: readonly string[]): ReturnType<HouseDesk['hello']>;
}

/**
 * What the conversation with a mirror asks of this house, for one account. Every method throws XrpcError AccountNotFound
 * and NotPaired.
 */
export function houseDesk(house: House, did: Did): PageDesk {
  return {
    async hello(purpose = 'converse', fingerprints) {
      const account = await pairedAccount(house, did);
      // A mirror believes the keys that the DID names: of new ones the directory has to hear first.
      if (account.operations.length > 0) await registerOperations(house, account);
      const { mirrorDid, clockAheadMs = 0 } = account.mirror;
      // A token is of a minute, by the clock of the one who reads it.
      const lxm = parseNsid(`app.holdfast.mirror.${purpose}`);
      const claims = { iss: did, aud: mirrorDid, lxm, ...(fingerprints && { fingerprints }) };
      await noteUse(house, did, { what: 'token', key: 'signing', subject: lxm, audience: mirrorDid });
      const token = await signServiceAuth(await house.signers.of(account), claims, house.now() - clockAheadMs);
      return { type: '#hello', did, token, version: house.version };
    },
    greet: (welcome, sentAt, receivedAt) => greet(house, did, welcome, sentAt, receivedAt),
    async outbox(after, limit) {
      const waiting = await outbox(house, did, after, limit);
      return waiting.map(({ rev, blobs, message }) => ({ rev, blobs, message: decodeCommitBody(message) }));
    },
    async sendBlobs(cids) {
      const account = await pairedAccount(house, did);
      await sendBlobs(house, did, await mirrorClient(house, account, account.mirror), cids);
    },
    settle: (receipt) => settle(house, did, receipt),
    refused: (reject) => refused(house, did, reject),
    async handOver() {
      await handOver(house, did);
    },
  };
}
