import { MAX_UPDATE_BYTES } from './update-check.ts'

/** Bytes of an update in one record: 64 KiB, less what stands around it. */
export const PART_BYTES = 61_440
/** Most parts of one update. */
export const MAX_PARTS = Math.ceil(MAX_UPDATE_BYTES / PART_BYTES)

/** Cuts an update so that each part fits into a record; an empty one is one part. */
export function partsOf(update: Uint8Array): Uint8Array[] {
  const count = Math.max(1, Math.ceil(update.length / PART_BYTES))
  return Array.from({ length: count }, (_, index) => update.subarray(index * PART_BYTES, (index + 1) * PART_BYTES))
}
