/** Where the built site is, absolute. */
export const dist: string;
export function build(): Promise<void>;
/** Builds if a source is newer than dist/, or there is none. Tells whether it did. */
export function buildIfStale(): Promise<boolean>;
