import { seededRandom } from '@borgo/core/testing'

/** What a cable does to frames, in each direction. */
export interface Weather {
  /** How long every frame is under way. @default 0 */
  delayMs?: number
  /** How much later, at random, a frame may be; it overtakes none. @default 0 */
  jitterMs?: number
  /** The share of frames that are lost, 0 to 1. @default 0 */
  loss?: number
  /** The share of frames that arrive at once, before those under way, 0 to 1. @default 0 */
  reorder?: number
}

/** One direction of a cable: frames go in, and come out later, or never. The caller has the clock. */
export interface DelayLine<Frame> {
  /** What holds for frames that go in from now on. */
  weather: Weather
  put(frame: Frame, nowMs: number): void
  /** The frames whose time has come, in order. */
  take(nowMs: number): Frame[]
  /** When the next one comes out, ms; undefined when there is none. */
  nextMs(): number | undefined
}

/** What is lost and how late each frame is follow from the seed and the order of the calls alone. */
export function delayLine<Frame>(seed: number): DelayLine<Frame> {
  const random = seededRandom(seed)
  /** In the order in which they come out. */
  const underWay: { frame: Frame; atMs: number }[] = []
  const line: DelayLine<Frame> = {
    weather: {},
    put(frame, nowMs) {
      const { delayMs = 0, jitterMs = 0, loss = 0, reorder = 0 } = line.weather
      // Three draws for each frame, whatever the weather: a change of it changes no other frame's lot.
      const [lot, lateness, overtaking] = [random(), random(), random()]
      if (lot < loss) return
      if (overtaking < reorder) {
        underWay.unshift({ frame, atMs: nowMs })
        return
      }
      const atMs = Math.max(nowMs + delayMs + lateness * jitterMs, underWay.at(-1)?.atMs ?? 0)
      underWay.push({ frame, atMs })
    },
    take(nowMs) {
      const due = underWay.findIndex(({ atMs }) => atMs > nowMs)
      return underWay.splice(0, due < 0 ? underWay.length : due).map(({ frame }) => frame)
    },
    nextMs: () => underWay[0]?.atMs
  }
  return line
}
