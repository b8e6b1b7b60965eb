import { Center, Loader } from '@mantine/core'

/** While code, words or the session are on their way. */
export function PageLoading() {
  return (
    <Center mih="60dvh">
      <Loader type="dots" />
    </Center>
  )
}
