import { ApiError } from '@borgo/api'
import { useTranslation } from 'react-i18next'
import type { text } from './text/en.ts'

export interface ErrorText {
  /** One line: what went wrong. */
  what: string
  /** What to do about it. */
  help: string
  /** Id of the request in the node's log. */
  request: string | undefined
}

type Code = Exclude<keyof typeof text, 'OTHER'>

/** `fetch` throws TypeError when nobody answers; https://fetch.spec.whatwg.org/#fetch-method. */
function codeOf(error: unknown): string {
  if (error instanceof ApiError) return error.code
  return error instanceof TypeError ? 'NO_ANSWER' : 'UNEXPECTED'
}

/** Turns any error into sentences of the reader's language; a code without a translation shows the node's own words. */
export function useErrorText(): (error: unknown) => ErrorText {
  const { t, i18n } = useTranslation('errors')
  return error => {
    const code = codeOf(error)
    const request = error instanceof ApiError && error.problem.request !== '' ? error.problem.request : undefined
    if (i18n.exists(`${code}.what`, { ns: 'errors' }))
      return { what: t(`${code as Code}.what`), help: t(`${code as Code}.help`), request }
    const detail = error instanceof Error ? error.message : String(error)
    return { what: t('OTHER.what', { code }), help: detail, request }
  }
}
