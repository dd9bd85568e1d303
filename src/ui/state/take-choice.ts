import type { FoundChange } from '../jobs/compare-types.ts';

/** Whether the house has nothing at the path of a record, or something else. */
export type ChangeKind = 'fresh' | 'differs';

/** Which of the two a record is. */
export const kindOf = ({ here }: FoundChange): ChangeKind => (here === undefined ? 'fresh' : 'differs');

/** The collection in whose path a record is. */
export const collectionOf = ({ path }: Pick<FoundChange, 'path'>): string => path.slice(0, path.indexOf('/'));

/** Which records of a file its owner wants back. At first, none. */
export class TakeChoice {
  readonly #changes: readonly FoundChange[];
  readonly #byCollection = new Map<string, readonly FoundChange[]>();
  readonly #chosen = new Set<string>();
  readonly #counts = new Map<string, number>();

  /** @param changes in the order of their paths */
  constructor(changes: readonly FoundChange[]) {
    this.#changes = changes;
  }

  /** How many are chosen. */
  get size(): number {
    return this.#chosen.size;
  }

  has({ path }: FoundChange): boolean {
    return this.#chosen.has(path);
  }

  set(change: FoundChange, isChosen: boolean): void {
    if (isChosen === this.has(change)) return;
    const key = `${collectionOf(change)} ${kindOf(change)}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + (isChosen ? 1 : -1));
    if (isChosen) this.#chosen.add(change.path);
    else this.#chosen.delete(change.path);
  }

  /** All records of a collection that are of one kind. */
  setAll(collection: string, kind: ChangeKind, isChosen: boolean): void {
    for (const change of this.in(collection)) if (kindOf(change) === kind) this.set(change, isChosen);
  }

  /** How many of a collection and kind are chosen. */
  count(collection: string, kind: ChangeKind): number {
    return this.#counts.get(`${collection} ${kind}`) ?? 0;
  }

  /** The records of a collection, in their order: the same list each time. */
  in(collection: string): readonly FoundChange[] {
    const known = this.#byCollection.get(collection) ?? this.#cut(collection);
    this.#byCollection.set(collection, known);
    return known;
  }

  /** The chosen ones, in their order. */
  chosen(): readonly FoundChange[] {
    return this.#changes.filter((change) => this.has(change));
  }

  /** CIDs of the blobs that come with the chosen ones, each once. */
  blobs(): readonly string[] {
    return [...new Set(this.chosen().flatMap(({ brings }) => brings ?? []))];
  }

  #cut(collection: string): readonly FoundChange[] {
    const from = this.#changes.findIndex((change) => collectionOf(change) === collection);
    if (from === -1) return [];
    const to = this.#changes.findIndex((change, index) => index > from && collectionOf(change) !== collection);
    return this.#changes.slice(from, to === -1 ? undefined : to);
  }
}
