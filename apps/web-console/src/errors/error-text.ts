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

/** Turns a code into sentences of the reader's language; one without a translation shows the node's own words. */
export function useCodeText(): (code: string, detail?: string) => Omit<ErrorText, 'request'> {
  const { t, i18n } = useTranslation('errors')
  return (code, detail = '') =>
    i18n.exists(`${code}.what`, { ns: 'errors' })
      ? { what: t(`${code as Code}.what`), help: t(`${code as Code}.help`) }
      : { what: t('OTHER.what', { code }), help: detail }
}

/** Turns any error into sentences of the reader's language. */
export function useErrorText(): (error: unknown) => ErrorText {
  const codeText = useCodeText()
  return error => {
    const request = error instanceof ApiError && error.problem.request !== '' ? error.problem.request : undefined
    return { ...codeText(codeOf(error), error instanceof Error ? error.message : String(error)), request }
  }
}
