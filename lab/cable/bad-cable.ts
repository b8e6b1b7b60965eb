/**
 * A cable in bad weather: a process that has both ends, two TAP devices whose descriptors it inherited, and carries each
 * frame from one to the other through a delay line. The weather comes as messages; it ends with its parent.
 */
import { read, writeSync } from 'node:fs'
import { hasCode } from '@borgo/core/errors'
import { delayLine } from './delay-line.ts'
import type { Weather } from './delay-line.ts'

/** An Ethernet frame without jumbo: 1,500 bytes, its header and a VLAN's tag. */
const FRAME_BYTES = 1_518

/** Frames on their way out of a device. */
function outlet(device: number, seed: number): { weather(weather: Weather): void; put(frame: Uint8Array): void } {
  const line = delayLine<Uint8Array>(seed)
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    clearTimeout(timer)
    const now = performance.now()
    for (const frame of line.take(now)) emit(device, frame)
    const next = line.nextMs()
    timer = next === undefined ? undefined : setTimeout(flush, next - now)
  }
  return {
    weather: weather => (line.weather = weather),
    put(frame) {
      line.put(frame, performance.now())
      flush()
    }
  }
}

function emit(device: number, frame: Uint8Array): void {
  try {
    writeSync(device, frame)
  } catch (error) {
    // An interface that is down takes nothing, as a cable that hangs loose.
    if (!hasCode(error, 'EIO')) throw error
  }
}

/** One read is one frame. */
function carry(from: number, to: { put(frame: Uint8Array): void }): void {
  read(from, new Uint8Array(FRAME_BYTES), 0, FRAME_BYTES, null, (error, length, frame) => {
    // The device is gone with its namespace.
    if (error) process.kill(process.pid, 'SIGKILL')
    to.put(frame.subarray(0, length))
    carry(from, to)
  })
}

const [seed = 0, near = 0, far = 0] = process.argv.slice(2).map(Number)
const outlets = [outlet(near, seed), outlet(far, seed + 1)] as const
carry(near, outlets[1])
carry(far, outlets[0])
process.on('message', (weather: Weather) => {
  for (const { weather: set } of outlets) set(weather)
})
// A read that waits would keep an ordinary exit waiting.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
process.send?.('ready')
