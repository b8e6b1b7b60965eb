/** How many mutated frames a test reads of each kind, or sends in each protocol: what `BORGO_FRAMES` says, or 10,000. */
export const FRAMES = Number(process.env.BORGO_FRAMES ?? 10_000)
