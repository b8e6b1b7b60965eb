import { useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode } from 'react'
import { PageLoading } from '../shell/page-loading.tsx'
import { sessionQuery } from './session-query.ts'

const SignedOut = lazy(async () => ({ default: (await import('./signed-out.tsx')).SignedOut }))

interface SessionGateProps {
  /** Of the one-time link that opened this page, if one did. */
  secret: string | undefined
  children: ReactNode
}

/** Shows its children to whoever is signed in, and everybody else how to sign in. */
export function SessionGate({ secret, children }: SessionGateProps) {
  const session = useQuery(sessionQuery(secret))
  if (session.data) return children
  if (session.isPending) return <PageLoading />
  return <SignedOut error={session.error} />
}
