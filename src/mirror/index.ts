export { collectByNeed } from './collect-by-need.ts';
export { startMirror } from './mirror.ts';
export type { RunningMirror } from './mirror.ts';
export type { MirrorSettings } from './settings.ts';
export { MIRROR_POINTS } from './points.ts';
