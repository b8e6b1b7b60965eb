/** One figure of one run, as one JSON line on stdout; everything else goes to stderr. */
export interface Figure {
  bench: string
  /** What was measured: `borgo…`, or what people use today. */
  system: string
  metric: string
  value: number
  unit: string
  /** 1, 2, 3 … */
  run: number
}

export function report(figure: Figure): void {
  process.stdout.write(`${JSON.stringify({ ...figure, value: Number(figure.value.toPrecision(5)) })}\n`)
}

/** The value below which this share of the samples lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const at = Math.min(sorted.length - 1, Math.floor(share * sorted.length))
  const value = sorted[at]
  if (value === undefined) throw new RangeError('no samples')
  return value
}
