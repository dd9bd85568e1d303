/** A kit is not larger, in bytes. */
const MOST = 96 * 1024;

/** Whether a file may be a sealed kit, by its size and first line; what is in it only the passphrase shows. */
export async function looksLikeKit(file: Blob): Promise<boolean> {
  if (file.size === 0 || file.size > MOST) return false;
  const start = (await file.slice(0, 64).text()).trimStart();
  return start.startsWith('age-encryption.org/v1\n') || start.startsWith('-----BEGIN AGE ENCRYPTED FILE-----');
}

/** Whether a file is encrypted by `age`, as a backup may be. */
export async function looksSealed(file: Blob): Promise<boolean> {
  return await file.slice(0, 22).text() === 'age-encryption.org/v1\n';
}
