/**
 * Takes the secret of a one-time link out of the address, so that it stays neither in the history nor on the screen.
 * Undefined when the address carries none.
 */
export function takeSecret(): string | undefined {
  const secret = new URLSearchParams(location.hash.slice(1)).get('token')
  if (secret === null) return undefined
  history.replaceState(null, '', location.pathname + location.search)
  return secret
}
