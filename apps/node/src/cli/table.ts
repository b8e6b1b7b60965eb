/** Rows in columns two spaces apart, with a line of headings. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  // One row, one line: no cell can look like another row.
  const lines = [headings, ...rows].map((line, row) =>
    line.map(cell => (row === 0 ? cell.toUpperCase() : cell.replace(/\s/g, ' ')))
  )
  const widths = headings.map((_, column) => Math.max(...lines.map(line => line[column]?.length ?? 0)))
  return lines
    .map(line =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()
    )
    .join('\n')
}

/** Pairs under each other. */
export function list(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length))
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** `1.5 MB`: powers of 1,000 and three significant digits, as the console has it. */
export function formatBytes(bytes: number): string {
  const power = Math.min(bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3), UNITS.length - 1)
  const value = bytes / 1000 ** power
  return `${value >= 1_000 ? Math.round(value) : Number(value.toPrecision(3))} ${UNITS[power] ?? ''}`
}

/** `2026-11-22 08:30` in the local time zone. */
export function formatTime(ms: number): string {
  return new Date(ms).toLocaleString('sv-SE').slice(0, 16)
}
