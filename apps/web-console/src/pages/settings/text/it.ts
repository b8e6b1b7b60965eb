import type { TextLike } from '../../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  title: 'Impostazioni',
  person: {
    title: 'Tu',
    name: 'Nome visibile',
    hint: 'Quello che vedono gli altri, in ogni gruppo. Fino a 64 caratteri.',
    save: 'Salva il nome'
  },
  look: {
    title: 'Aspetto',
    scheme: 'Colori',
    light: 'Chiari',
    dark: 'Scuri',
    auto: 'Come il sistema',
    language: 'Lingua'
  },
  access: {
    title: 'Chi può usare questo nodo',
    intro: 'Ogni browser entrato con un collegamento e ogni programma che possiede un token.',
    sessions: 'Browser',
    current: 'Questo browser',
    other: 'Un altro browser',
    signedIn: 'Entrato',
    used: 'Ultimo uso',
    end: 'Chiudi',
    endTitle: 'Chiudere questa sessione?',
    endBody: 'Quel browser dovrà aprire un nuovo collegamento.',
    signOut: 'Esci',
    link: 'Collega un altro browser',
    linkTitle: 'Entra da un altro browser',
    linkReady: 'Apri questo collegamento nell’altro browser su questa macchina. Funziona una volta sola.',
    linkName: 'il collegamento d’accesso',
    expires: 'Scade'
  },
  tokens: {
    title: 'Token per i programmi',
    none: 'Nessun token. Creane uno per uno script che deve usare l’API.',
    name: 'Nome',
    nameHint: 'A cosa serve, così saprai quale revocare',
    scope: 'Può',
    metrics: 'vedere come sta il nodo',
    read: 'solo leggere',
    hints: {
      metrics: 'Per il monitoraggio, come Prometheus: cifre, e niente di te, delle tue persone e dei tuoi gruppi.',
      read: 'Tutto ciò che puoi leggere, messaggi e contatti compresi, ma nessuna copia intera.',
      admin: 'Tutto ciò che puoi fare qui.'
    },
    admin: 'leggere e modificare',
    expiry: 'Valido per',
    day: '1 giorno',
    month: '30 giorni',
    year: '1 anno',
    ever: 'finché non è revocato',
    create: 'Nuovo token',
    submit: 'Crea il token',
    once: 'Copialo adesso: si vede una volta sola.',
    secret: 'il token',
    revoke: 'Revoca',
    revokeTitle: 'Revocare “{{name}}”?',
    revokeBody: 'I programmi che lo usano restano fuori all’istante.',
    created: 'Creato',
    expires: 'Scade',
    never: 'mai'
  },
  config: {
    title: 'Impostazioni del nodo',
    intro:
      'Lette all’avvio del nodo. Un’opzione prevale su una variabile d’ambiente, questa sul file, questo sul valore predefinito.',
    key: 'Impostazione',
    value: 'Valore',
    origin: 'Proviene da',
    empty: 'non impostato',
    from: { flag: 'opzione', environment: 'ambiente', file: 'file', default: 'predefinito' }
  },
  about: {
    title: 'Informazioni',
    version: 'Borgo {{version}}',
    licence: 'Software libero con licenza MIT o Apache-2.0, a scelta.',
    docs: 'Documentazione dell’API HTTP'
  }
}
