/** FNV-1a, 32 bits: spreads ids over houses; nothing depends on it being hard to reverse. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0
  return value
}

const WALLS = ['#e9d3a8', '#dfb78f', '#cfd3b4', '#e3c2ad', '#c9d0d6', '#ead9c4', '#d9c3d2', '#d4dcc4'] as const
const ROOFS = ['#a94724', '#7d3419', '#5d7022', '#8a5a3c', '#4f6073', '#6f4a6b'] as const
/** Gable, tall gable, shed, mansard: each ends at the eaves, y = 15. */
const SHAPES = ['M3 15 16 5l13 10z', 'M6 15 16 2l10 13z', 'M4 15V8l24 4v3z', 'M4 15l4-9h16l4 9z'] as const
const WINDOWS = [
  'M9 18h4v4H9zM19 18h4v4h-4z',
  'M10 18h3v6h-3zM14.5 18h3v6h-3zM19 18h3v6h-3z',
  'M9 17.5h14v4H9z'
] as const

function pick<T>(from: readonly [T, ...T[]], value: number): T {
  return from[value % from.length] ?? from[0]
}

/** SVG text of an id's house, always the same for the same id; its windows are lit while `isLit`. */
export function houseSvg(id: string, isLit: boolean): string {
  const value = hash(id)
  const wall = pick(WALLS, value)
  const roof = pick(ROOFS, value >>> 5)
  const shape = pick(SHAPES, value >>> 10)
  const windows = pick(WINDOWS, value >>> 15)
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="64" height="64">` +
    `<path fill="${wall}" d="M6 14h20v15H6z"/><path fill="${roof}" d="${shape}"/>` +
    `<path fill="${isLit ? '#ffb938' : '#4a433f'}" d="${windows}"/><path fill="${roof}" d="M14 29v-4h4v4z"/>` +
    `</svg>`
  )
}

/** The same as an address for an image; the content policy allows `data:` there. */
export function houseUrl(id: string, isLit: boolean): string {
  return `data:image/svg+xml,${encodeURIComponent(houseSvg(id, isLit))}`
}

/**
 * A person or device as a house of the village: recognisable at a glance, lit while somebody is in. Decorative: the name
 * and the word "online" stand beside it.
 */
export function House({ id, isLit = true, size = 32 }: { id: string; isLit?: boolean; size?: number }) {
  const style = isLit ? undefined : { filter: 'grayscale(0.85) brightness(0.85)', opacity: 0.75 }
  return <img src={houseUrl(id, isLit)} width={size} height={size} alt="" style={{ flexShrink: 0, ...style }} />
}
