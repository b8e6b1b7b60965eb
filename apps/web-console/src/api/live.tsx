import { ApiError, type ApiEvent, type Payload, type Topic } from '@borgo/api'
import { useQueryClient } from '@tanstack/react-query'
import { createContext, use, useEffect, useEffectEvent, useState, type ReactNode } from 'react'
import { wire } from './wire.ts'
import { sessionKey } from '../session/session-query.ts'
import { client } from './client.ts'

type Listener = (event: ApiEvent) => void

const Listeners = createContext<Set<Listener>>(new Set())

/** Everything but the log, which no page shows. */
const { logs: _logs, ...heard } = wire
const TOPICS = Object.values(heard).flatMap(({ topics }) => topics) as Topic[]

/**
 * The console's one event stream, shared by everything below. It resumes by itself; when events were missed all
 * queries on the page are asked again, and so they are when it first opens: what happened since they were answered was
 * heard by nobody.
 */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient()
  const [listeners] = useState(() => new Set<Listener>())

  useEffect(() => {
    const abort = new AbortController()
    // But for the session: asking for it may use up a link.
    const askAgain = (): void =>
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] })
    let isFirst = true
    const onOpen = (): void => {
      if (isFirst) askAgain()
      isFirst = false
    }
    const listen = async (): Promise<void> => {
      for await (const event of client.events(TOPICS, { signal: abort.signal, onOpen })) {
        if (event.topic === 'reset') askAgain()
        for (const listener of listeners) listener(event)
      }
    }
    listen().catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 401) queries.setQueryData(sessionKey, null)
      else reportError(error)
    })
    return () => abort.abort()
  }, [queries, listeners])

  return <Listeners value={listeners}>{children}</Listeners>
}

/**
 * Calls `listener` for every event of a topic while the component is shown. Use it to patch or invalidate what the
 * page has queried: `useEvent('groups', () => queries.invalidateQueries({ queryKey: ['groups'] }))`.
 */
export function useEvent<T extends Topic>(topic: T, listener: (data: Payload<T>) => void): void {
  const listeners = use(Listeners)
  const latest = useEffectEvent(listener)
  useEffect(() => {
    const receive: Listener = event => {
      if (event.topic === topic) latest(event.data as Payload<T>)
    }
    listeners.add(receive)
    return () => {
      listeners.delete(receive)
    }
  }, [listeners, topic])
}
