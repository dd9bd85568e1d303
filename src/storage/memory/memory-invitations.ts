import type { Did } from '../../protocol/index.ts';
import { usable } from '../../mirroring/index.ts';
import type { Invitation, NewInvitation } from '../../mirroring/index.ts';

/** The invitations of a mirror, in memory. */
export class MemoryInvitations {
  readonly #byCode = new Map<string, Invitation>();
  /** Codes that the settings name. */
  readonly #offered = new Set<string>();
  #lastPlace = 0;

  add(invitation: NewInvitation, now: number): boolean {
    if (this.#byCode.has(invitation.code)) return false;
    this.#byCode.set(invitation.code, { ...invitation, place: ++this.#lastPlace, createdAt: now });
    return true;
  }

  /** Newest first. */
  page({ limit, before = Infinity }: { readonly limit: number; readonly before?: number }): Invitation[] {
    return [...this.#byCode.values()].filter(({ place }) => place < before).toReversed().slice(0, limit);
  }

  one(code: string): Invitation | undefined {
    return this.#byCode.get(code);
  }

  from(start: string): Invitation[] {
    return [...this.#byCode.values()].filter(({ code }) => code.startsWith(start));
  }

  /**
   * The invitation as it was before its use.
   * @throws MirrorStoreError InvitationInvalid
   */
  use(code: string, did: Did, now: number): Invitation {
    const invitation = usable(this.#byCode.get(code), did, now);
    this.#byCode.set(code, { used: { by: did, at: now }, ...invitation });
    return invitation;
  }

  withdraw(code: string, now: number): boolean {
    const invitation = this.#byCode.get(code);
    if (invitation === undefined || invitation.used !== undefined) return false;
    if (this.#offered.has(code)) this.#byCode.set(code, { ...invitation, expiresAt: now });
    else this.#byCode.delete(code);
    return true;
  }

  offer(codes: readonly string[], note: string, now: number): void {
    for (const code of this.#offered) if (!codes.includes(code) && this.#byCode.get(code)?.used === undefined) this.#byCode.delete(code);
    for (const code of codes) if (this.add({ code, note, terms: {} }, now)) this.#offered.add(code);
  }
}
