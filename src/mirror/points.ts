import { STORE_POINTS } from '../storage/sqlite/index.ts';

/** Moments in the work of a mirror at which a test may end the process: those of its store, and its own. */
export const MIRROR_POINTS = ['received', ...STORE_POINTS, 'told', 'receipt'] as const;
export type MirrorPoint = (typeof MIRROR_POINTS)[number];
