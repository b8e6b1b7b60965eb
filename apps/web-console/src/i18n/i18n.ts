import i18next, { type BackendModule } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { LANGUAGES, preferredLanguage } from './languages.ts'

/**
 * Every folder's text stands in its own `text/en.ts` and `text/it.ts`; the folder's name is the namespace. They load
 * with the page that asks for them, so another area's words cost nothing.
 */
const files = import.meta.glob<{ text: Record<string, unknown> }>('../**/text/*.ts')

const loaders = new Map(
  Object.entries(files).map(([path, load]) => {
    const [namespace, , file] = path.split('/').slice(-3)
    return [`${String(file).slice(0, 2)}/${String(namespace)}`, load]
  })
)

const backend: BackendModule = {
  type: 'backend',
  init() {},
  read(language, namespace, done) {
    const load = loaders.get(`${language}/${namespace}`)
    if (!load) return done(new Error(`no text for ${language}/${namespace}`), false)
    load().then(
      module => done(null, module.text),
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), true)
    )
  }
}

/** Starts translation; resolves when the shell's own words are there. */
export async function startI18n(): Promise<void> {
  const syncDocument = (language: string): void => {
    document.documentElement.lang = language
  }
  i18next.on('languageChanged', syncDocument)
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: preferredLanguage(),
      fallbackLng: 'en',
      supportedLngs: Object.keys(LANGUAGES),
      ns: ['shell', 'components', 'errors'],
      defaultNS: 'shell',
      interpolation: { escapeValue: false },
      react: { useSuspense: true }
    })
}
