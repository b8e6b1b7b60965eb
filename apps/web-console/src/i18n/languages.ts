/** Each language under its own name: one who needs it may not read the others. */
export const LANGUAGES = { en: 'English', it: 'Italiano' } as const

export type Language = keyof typeof LANGUAGES

const KEY = 'borgo-language'

export function isLanguage(text: string | null): text is Language {
  return text !== null && Object.hasOwn(LANGUAGES, text)
}

/** What was chosen on this browser, else the first language of the browser that we speak, else English. */
export function preferredLanguage(): Language {
  const chosen = localStorage.getItem(KEY)
  if (isLanguage(chosen)) return chosen
  return navigator.languages.map(tag => tag.slice(0, 2)).find(isLanguage) ?? 'en'
}

export function rememberLanguage(language: Language): void {
  localStorage.setItem(KEY, language)
}
