import { imageKindOf } from './image-kind.ts';
import { attemptsFor, fitWithin } from './image-plan.ts';
import type { Attempt, ImageLimits } from './image-plan.ts';

/** A picture that can be published: drawn anew, so that nothing but what is seen is in it. */
export interface PreparedImage {
  readonly blob: Blob;
  readonly width: number;
  readonly height: number;
}

/** A file that cannot become a picture. */
export class ImageError extends Error {
  readonly code: 'NoImage' | 'ImageTooLarge';

  constructor(code: ImageError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ImageError';
    this.code = code;
  }
}

/**
 * Draws a picture anew within the limits. Place, camera, time and whatever else the file said beside the picture are
 * gone; of an animation the first image stays.
 * @throws ImageError NoImage for what this browser cannot read, ImageTooLarge if no size is small enough
 */
export async function prepareImage(file: Blob, limits: ImageLimits): Promise<PreparedImage> {
  const kind = imageKindOf(new Uint8Array(await file.slice(0, 16).arrayBuffer()));
  if (kind === undefined) throw new ImageError('NoImage', 'This file is not a JPEG, PNG, GIF, WebP or AVIF picture.');
  const bitmap = await decode(file.slice(0, file.size, kind));
  try {
    const lossless = kind === 'image/png' || kind === 'image/gif';
    const transparent = kind !== 'image/jpeg' && hasTransparency(bitmap);
    for (const attempt of attemptsFor(bitmap.width, bitmap.height, limits, { lossless, transparent })) {
      const blob = await write(bitmap, attempt);
      // A browser that cannot write a type writes PNG.
      if (blob.size <= limits.bytes) return { blob, width: attempt.width, height: attempt.height };
    }
  } finally {
    bitmap.close();
  }
  throw new ImageError('ImageTooLarge', 'This picture does not get small enough. Save it smaller and try again.');
}

async function decode(file: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file);
  } catch (cause) {
    throw new ImageError('NoImage', 'This picture is damaged, or of a kind that this browser cannot read.', cause);
  }
}

async function write(bitmap: ImageBitmap, { type, quality, width, height }: Attempt): Promise<Blob> {
  const { canvas, context } = canvasOf(width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  return canvas.convertToBlob({ type, quality });
}

function hasTransparency(bitmap: ImageBitmap): boolean {
  const { width, height } = fitWithin(bitmap.width, bitmap.height, { width: 256, height: 256 });
  const { context } = canvasOf(width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
  return false;
}

function canvasOf(width: number, height: number): { canvas: OffscreenCanvas; context: OffscreenCanvasRenderingContext2D } {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw new ImageError('NoImage', 'This browser has no room to draw the picture. Close other tabs and try again.');
  return { canvas, context };
}
