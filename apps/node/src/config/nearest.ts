/** More edits than this are no typing mistake. */
const MAX_EDITS = 3

/** The candidate that is the fewest edits away, for "did you mean …?". */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map(candidate => ({ candidate, edits: distance(text, candidate) }))
    .sort((a, b) => a.edits - b.edits)
  const best = ranked[0]
  return best && best.edits <= MAX_EDITS ? best.candidate : undefined
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1]
    for (const [column, other] of [...b].entries()) {
      const [diagonal = 0, above = 0] = [previous[column], previous[column + 1]]
      const left = current[column] ?? 0
      current.push(Math.min(above + 1, left + 1, diagonal + (letter === other ? 0 : 1)))
    }
    previous = current
  }
  return previous.at(-1) ?? 0
}
