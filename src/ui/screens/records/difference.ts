/** One line of a difference between two texts. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Lines that were left out between two places that differ. */
export interface DiffGap {
  readonly kind: 'gap';
  readonly count: number;
}

/** More cells than this are not compared line by line: the middle is then replaced as a whole. */
const MOST_CELLS = 4_000_000;

/** How the second text differs from the first, line by line, with as few changed lines as can be. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const old = before === '' ? [] : before.split('\n');
  const fresh = after === '' ? [] : after.split('\n');
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start++;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old[old.length - 1 - end] === fresh[fresh.length - 1 - end]) end++;
  const same = (text: string): DiffLine => ({ kind: 'same', text });
  return [
    ...old.slice(0, start).map(same),
    ...middle(old.slice(start, old.length - end), fresh.slice(start, fresh.length - end)),
    ...old.slice(old.length - end).map(same),
  ];
}

/** The difference with what is far from any change left out; `around` lines stay on both sides. */
export function foldSame(lines: readonly DiffLine[], around = 3): readonly (DiffLine | DiffGap)[] {
  const near = new Uint8Array(lines.length);
  lines.forEach(({ kind }, index) => {
    if (kind !== 'same') near.fill(1, Math.max(0, index - around), index + around + 1);
  });
  const result: (DiffLine | DiffGap)[] = [];
  let left = 0;
  const close = (): void => {
    if (left > 0) result.push({ kind: 'gap', count: left });
    left = 0;
  };
  lines.forEach((line, index) => {
    if (near[index] === 0) {
      left++;
      return;
    }
    close();
    result.push(line);
  });
  close();
  return result;
}

function middle(old: readonly string[], fresh: readonly string[]): readonly DiffLine[] {
  const removed = (text: string): DiffLine => ({ kind: 'removed', text });
  const added = (text: string): DiffLine => ({ kind: 'added', text });
  const width = fresh.length + 1;
  if (old.length * fresh.length > MOST_CELLS) return [...old.map(removed), ...fresh.map(added)];
  // Longest common subsequence of what follows, from every pair of places.
  const longest = new Uint16Array((old.length + 1) * width);
  const at = (row: number, column: number): number => longest[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = fresh.length - 1; column >= 0; column--) {
      longest[row * width + column] = old[row] === fresh[column]
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: DiffLine[] = [];
  let row = 0;
  let column = 0;
  while (row < old.length && column < fresh.length) {
    if (old[row] === fresh[column]) {
      lines.push({ kind: 'same', text: old[row++] ?? '' });
      column++;
    } else if (at(row + 1, column) >= at(row, column + 1)) {
      lines.push(removed(old[row++] ?? ''));
    } else {
      lines.push(added(fresh[column++] ?? ''));
    }
  }
  return [...lines, ...old.slice(row).map(removed), ...fresh.slice(column).map(added)];
}
