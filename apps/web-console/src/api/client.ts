import { clientOf } from '@borgo/api'
import { wire } from './wire.ts'

/** The node that served this page; the session cookie goes along by itself. */
export const client = clientOf(wire)
