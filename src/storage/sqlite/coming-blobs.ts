import { StreamTurns } from '../../mirroring/index.ts';
import type { StreamTurn } from '../../mirroring/index.ts';
import { BlobRefused, noRoom, taken } from './blob-refused.ts';
import type { BlobRows } from './blob-rows.ts';

/** Of one account, at once. */
const MOST_COMING = 16;

/** Bytes, and how many bring them. */
interface Sum {
  bytes: number;
  streams: number;
}

/** Blobs that come whole: what has come, or was announced, takes the room of the account before a row tells of it. */
export class ComingBlobs {
  readonly #blobs: BlobRows;
  readonly #turns = new StreamTurns(0);
  readonly #sums = new Map<number, Sum>();

  constructor(blobs: BlobRows) {
    this.#blobs = blobs;
  }

  /** Bytes that an account takes: what rows tell of, and what is coming beside it. */
  usage(account: number): number {
    return this.#blobs.usage(account).bytes + (this.#sums.get(account)?.bytes ?? 0);
  }

  /**
   * Begins one; whoever sends the same blob is ended.
   * @param most bytes of all blobs of the account
   * @throws BlobRefused TooManyUploads
   */
  async begin(account: number, cid: string, most: number): Promise<ComingBlob> {
    const turn = await this.#turns.begin(`${account} ${cid}`, () => taken(cid));
    try {
      return this.#begun(turn, account, cid, most);
    } catch (error) {
      turn.end();
      throw error;
    }
  }

  #begun(turn: StreamTurn, account: number, cid: string, most: number): ComingBlob {
    const sum = this.#sums.get(account) ?? { bytes: 0, streams: 0 };
    if (sum.streams >= MOST_COMING) throw new BlobRefused('TooManyUploads', `${sum.streams} other blobs of this account are coming`, { blob: cid });
    // What it takes already is not taken twice.
    let room = this.#blobs.sizeOf(account, cid);
    const held = room;
    this.#sums.set(account, sum);
    sum.streams++;
    let isOver = false;
    return {
      turn,
      take: (size) => {
        if (size <= room) return;
        if (most !== Infinity && this.usage(account) + size - room > most) throw noRoom(cid);
        sum.bytes += size - room;
        room = size;
      },
      end: () => {
        if (isOver) return;
        isOver = true;
        sum.bytes -= room - held;
        sum.streams--;
        if (sum.streams === 0) this.#sums.delete(account);
        turn.end();
      },
    };
  }
}

/** One that comes. */
export interface ComingBlob {
  readonly turn: StreamTurn;
  /** Takes room for so many bytes of it, in all. @throws BlobRefused QuotaExceeded */
  take(size: number): void;
  /** It is kept, or nothing of it is. May be called again. */
  end(): void;
}
