import type { Job } from '@borgo/api'
import { client } from '../../api/client.ts'
import { isPicture } from './is-picture.ts'

/** Where a finished job's result can be downloaded: a picture as PNG. */
export function resultUrl(job: Job): string {
  const query = { format: isPicture(job) ? 'png' : 'raw' } as const
  return client.compute.result.url({ params: { job: job.id }, query })
}
