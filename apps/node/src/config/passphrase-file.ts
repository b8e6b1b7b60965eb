import { readFileSync } from 'node:fs'
import { nodeError } from '../errors.ts'

/** The first line of a file. Throws CONFIG_INVALID when there is none. */
export function readPassphrase(path: string): string {
  try {
    const [line = ''] = readFileSync(path, 'utf8').split('\n')
    if (line === '') throw new Error('its first line is empty')
    return line
  } catch (cause) {
    throw nodeError('CONFIG_INVALID', `no passphrase can be read from ${path}: ${String(cause)}`, cause)
  }
}
