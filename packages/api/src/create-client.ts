import { api } from './api.ts'
import { clientOf, type Client, type ClientOptions } from './client.ts'
import { wireOf } from './wire.ts'

/** `clientOf` the whole contract, for programs to which the weight of its schemas is nothing. */
export function createClient(options: ClientOptions = {}): Client {
  return clientOf(wireOf(api), options)
}
