import { createClient } from '@borgo/api'

/** The node that served this page; the session cookie goes along by itself. */
export const client = createClient()
