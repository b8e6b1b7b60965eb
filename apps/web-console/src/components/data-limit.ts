/** Of an object or an activity, bytes; the API's own bound. */
export const DATA_BYTES = 16_384

/** What programs call things: 1 to 64 characters of visible ASCII. */
export function isLabel(text: string): boolean {
  return /^[\x21-\x7e]{1,64}$/.test(text)
}
