import { HoldfastError } from '../../protocol/index.ts';

/** A backup that cannot be relied on; nothing of it was taken. `BackupNewer`: a later version of Holdfast wrote it. */
export class BackupError extends HoldfastError<'BackupForm' | 'BackupDamaged' | 'BackupNewer' | 'BackupWithoutKit'> {}
