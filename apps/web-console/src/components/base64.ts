/** Base64 as text, or undefined where it is none that can be shown. */
export function textIn(data: string): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytesIn(data))
    return /[^\P{Cc}\n\r\t]/u.test(text) ? undefined : text
  } catch {
    return undefined
  }
}

/** The bytes of base64. */
export function bytesIn(data: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(data), char => char.charCodeAt(0))
}

/** Bytes as base64; at most some KiB. */
export function base64Of(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))
}
