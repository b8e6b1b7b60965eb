import { readFile } from 'node:fs/promises'
import { nodeError } from '../errors.ts'
import { readStdin } from './stdin.ts'
import { formatBytes } from './table.ts'

/** Most bytes that an object, a name, an invitation or an answer carries. */
const MOST_BYTES = 16_384

interface Given {
  /** `-` reads stdin. */
  text?: string | undefined
  /** Goes before the text. */
  file?: string | undefined
}

/** What a command was given to send, base64; undefined when it was given nothing. Throws USAGE above 16 KiB. */
export async function givenData({ file, text }: Given): Promise<string | undefined> {
  if (file === undefined && text === undefined) return undefined
  const data = file !== undefined ? await readFile(file) : Buffer.from(text === '-' ? await readStdin() : (text ?? ''))
  if (data.length > MOST_BYTES)
    throw nodeError(
      'USAGE',
      `${formatBytes(data.length)} are too much: at most 16 KiB (${formatBytes(MOST_BYTES)}) fit`
    )
  return data.toString('base64')
}

/** Data of others as text, for a terminal; how much it is where it is no text. */
export function dataText(data: string): string {
  const bytes = Buffer.from(data, 'base64')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return `${formatBytes(bytes.length)} that are no text (--json shows them as base64)`
  }
}
