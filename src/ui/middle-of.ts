/** A long name with its middle left out. */
export function middleOf(text: string, start = 14, end = 6): string {
  return text.length <= start + end + 2 ? text : `${text.slice(0, start)}…${text.slice(-end)}`;
}
