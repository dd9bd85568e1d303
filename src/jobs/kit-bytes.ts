/** More than any kit has; read no further. */
const MAX_KIT_BYTES = 128 * 1024;

/** The bytes of a kit that a page handed over. */
export async function kitBytes(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, MAX_KIT_BYTES).arrayBuffer());
}
