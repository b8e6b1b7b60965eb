import { hostname } from 'node:os'

/** Longest name of a device, characters. */
const MOST = 64

/**
 * What a new device is called until somebody names it: as this computer is, without its domain and without anything that a
 * name may not have. Undefined where that says nothing.
 */
export function deviceLabel(host = hostname()): string | undefined {
  const [first = ''] = host.normalize('NFC').split('.')
  const visible = first.replaceAll(/[^\p{L}\p{M}\p{N} _-]/gu, '').replaceAll(/ +/g, ' ')
  const label = [...visible].slice(0, MOST).join('').trim()
  return label === '' || label.toLowerCase() === 'localhost' ? undefined : label
}
