import { api, wireOf } from '@borgo/api'

/** The contract as plain data. When the console is built, what this comes to stands here in place of the schemas. */
export const wire = wireOf(api)
