/** How large an image may be: sides in pixels, the file in bytes. */
export interface ImageLimits {
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

/** Of images in posts. */
export const POST_IMAGE: ImageLimits = { width: 2_000, height: 2_000, bytes: 1_000_000 };
/** Of the picture of a profile. */
export const AVATAR: ImageLimits = { width: 1_000, height: 1_000, bytes: 1_000_000 };
/** Of the banner of a profile. */
export const BANNER: ImageLimits = { width: 3_000, height: 1_000, bytes: 1_000_000 };

/** One way to write an image anew. Quality is from 0 to 1; PNG has none. */
export interface Attempt {
  readonly type: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly quality: number;
  readonly width: number;
  readonly height: number;
}

/** The largest size of the same shape within the limits; a small image stays as it is. */
export function fitWithin(width: number, height: number, limits: Pick<ImageLimits, 'width' | 'height'>): { width: number; height: number } {
  const scale = Math.min(1, limits.width / width, limits.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

const QUALITIES = [0.9, 0.8, 0.68];
const SHRINKS = [1, 0.75, 0.5, 0.3];

/**
 * The ways to write an image, best first, until one is small enough. A PNG is tried as one first, since it may be a
 * drawing; `transparent` rules out JPEG.
 */
export function attemptsFor(
  width: number, height: number, limits: ImageLimits, { lossless, transparent }: { readonly lossless: boolean; readonly transparent: boolean },
): readonly Attempt[] {
  const largest = fitWithin(width, height, limits);
  const type = transparent ? 'image/webp' : 'image/jpeg';
  const attempts: Attempt[] = lossless ? [{ type: 'image/png', quality: 1, ...largest }] : [];
  for (const shrink of SHRINKS) {
    const size = fitWithin(width, height, { width: largest.width * shrink, height: largest.height * shrink });
    for (const quality of QUALITIES) attempts.push({ type, quality, ...size });
  }
  return attempts;
}
