/** At most `limit` of these, any as likely as any other. `random`: from 0 to below 1. */
export function someOf<T>(all: readonly T[], limit: number, random: () => number = Math.random): Set<T> {
  const left = [...all]
  while (left.length > limit) left.splice(Math.floor(random() * left.length), 1)
  return new Set(left)
}
