import { nodeError } from '../errors.ts'

interface Named<T> {
  idOf: (item: T) => string
  namesOf?: (item: T) => (string | undefined)[]
  /** Which part of an id stands for the whole. */
  part?: 'start' | 'end'
  /** Characters of that part; more where all ids begin alike. @default 4 */
  least?: number
  /** Of several that fit, those for which it holds. */
  isPreferred?: (item: T) => boolean
  /** The command that shows them all. */
  list: string
  /** What is thrown when nothing fits. */
  unknown: () => Error
}

/** What a person means: by its id, else by a name, else by a part of its id. Throws `unknown()`, USAGE when several fit. */
export function pick<T>(items: readonly T[], text: string, named: Named<T>): T {
  const all = fitting(items, text, named)
  const preferred = all.filter(named.isPreferred ?? (() => true))
  const [item, another] = preferred.length > 0 ? preferred : all
  if (!item) throw named.unknown()
  if (another) throw nodeError('USAGE', `several are meant by ${text}: \`${named.list}\` tells them apart`)
  return item
}

function fitting<T>(
  items: readonly T[],
  text: string,
  { idOf, namesOf = () => [], part = 'start', least = 4 }: Named<T>
): T[] {
  const exact = items.find(item => idOf(item) === text)
  if (exact) return [exact]
  const called = items.filter(item => namesOf(item).includes(text))
  if (called.length > 0 || text.length < least) return called
  return items.filter(item => (part === 'start' ? idOf(item).startsWith(text) : idOf(item).endsWith(text)))
}
