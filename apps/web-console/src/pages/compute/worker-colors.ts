/** Told from each other, and from the card in light and dark, at 3 : 1 or better. */
const COLORS = ['#c25b32', '#6d8430', '#5579b8', '#9a6b95', '#31908c', '#a8761a', '#b84474', '#76828f'] as const

/** A colour for every worker of a job, by the order in which they came. */
export function workerColors(devices: readonly string[]): ReadonlyMap<string, string> {
  return new Map(devices.map((device, index) => [device, COLORS[index % COLORS.length] ?? COLORS[0]]))
}
