export { startMirror } from './mirror.ts';
export type { RunningMirror, StartOptions } from './mirror.ts';
export { readSettings, SettingError } from './settings.ts';
export type { MirrorSettings } from './settings.ts';
export { MIRROR_POINTS } from './points.ts';
export type { MirrorPoint } from './points.ts';
