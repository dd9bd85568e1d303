import { HoldfastError } from '../../protocol/index.ts';

/** A backup that cannot be relied on; nothing of it was taken. `BackupNewer`: a later version of Holdfast wrote it. */
export class BackupError extends HoldfastError<
  | 'BackupForm' | 'BackupDamaged' | 'BackupNewer' | 'BackupWithoutKit'
  /** It is encrypted, and no passphrase was given; or another one; or to try one would take too much. */
  | 'BackupSealed' | 'BackupPassphrase' | 'BackupWork'
> {}
