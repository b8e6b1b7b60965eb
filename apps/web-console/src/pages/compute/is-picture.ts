import type { Job } from '@borgo/api'

/** True when a job's result is rows of RGBA pixels. */
export function isPicture({ media, reduce }: Job): boolean {
  return media === 'image/rgba' && reduce.kind === 'concat' && reduce.bytesPerIndex % 4 === 0
}
