export function base64(data: Uint8Array): string {
  return Buffer.from(data).toString('base64')
}
export function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64'))
}
