import { httpError } from './problem.ts'

/** What the schema cannot see, such as hidden characters in a name, is the caller's mistake all the same. */
export async function asked<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof TypeError) throw httpError('BAD_REQUEST', error.message)
    throw error
  }
}
