//! Bytes to pictures.

import type { Check } from "../messages";

/** Width of a film strip's picture in its own pixels: sharp on dense screens, small in memory. */
export const SMALL_WIDTH = 240;

/** A picture's pixels are those of its file: no colour profile is applied to them. */
const OPTIONS: ImageBitmapOptions = { colorSpaceConversion: "none" };
const SMALL: ImageBitmapOptions = { ...OPTIONS, resizeWidth: SMALL_WIDTH, resizeQuality: "medium" };

export interface Decoded {
  bitmap: ImageBitmap;
  /** Only the beginning of the picture was there. */
  partial: boolean;
}

export function decoded(blob: Blob): Promise<Decoded> {
  return made(blob, OPTIONS);
}

/** A film strip's picture from a file, or from a picture that is decoded already. */
export async function small(source: ImageBitmap | Blob): Promise<ImageBitmap> {
  return source instanceof Blob ? (await made(source, SMALL)).bitmap : createImageBitmap(source, SMALL);
}

async function made(blob: Blob, options: ImageBitmapOptions): Promise<Decoded> {
  try {
    return { bitmap: await createImageBitmap(blob, options), partial: false };
  } catch (error) {
    const bitmap = await beginning(blob, options);
    if (bitmap === null) throw error;
    return { bitmap, partial: true };
  }
}

/** What can be seen of a file that was cut off, where the browser can decode such a thing. */
async function beginning(blob: Blob, options: ImageBitmapOptions): Promise<ImageBitmap | null> {
  const Decoder = (globalThis as { ImageDecoder?: typeof ImageDecoder }).ImageDecoder;
  if (Decoder === undefined) return null;
  const decoder = new Decoder({ data: await blob.arrayBuffer(), type: blob.type });
  try {
    const { image } = await decoder.decode({ completeFramesOnly: false });
    try {
      return await createImageBitmap(image, options);
    } finally {
      image.close();
    }
  } catch {
    return null;
  } finally {
    decoder.close();
  }
}

/** Whether bytes have a SHA-256. The digest is hexadecimal; null if the server named none. */
export async function checked(bytes: ArrayBuffer, sha256: string | null): Promise<Check | "differs"> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto.subtle;
  if (sha256 === null || subtle === undefined) return "unchecked";
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex === sha256 ? "sha-256" : "differs";
}
