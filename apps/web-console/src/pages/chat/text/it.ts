import type { TextLike } from '../../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  title: 'Chat',
  conversations: 'Conversazioni',
  start: 'Nuova conversazione',
  back: 'Tutte le conversazioni',
  unread_one: '{{count}} messaggio non letto',
  unread_other: '{{count}} messaggi non letti',
  nothing: 'Ancora nessun messaggio',
  mine: 'Tu: {{text}}',
  empty: {
    title: 'Ancora nessuna conversazione',
    body: 'Ogni gruppo ne ha una, e puoi parlare da solo con ogni membro dei tuoi gruppi. Prima crea un gruppo o entra in uno.',
    groups: 'Vai ai gruppi'
  },
  choose: 'Scegli una conversazione.',
  unknown: 'Su questo nodo non c’è quella conversazione.',
  first: {
    title: 'La pagina è ancora bianca',
    body: 'Scrivi il primo messaggio: lo troveranno tutti, anche chi ora non è in linea.'
  },
  log: 'Messaggi con {{name}}',
  older: 'Mostra i messaggi precedenti',
  today: 'Oggi',
  yesterday: 'Ieri',
  message: 'Messaggio per {{name}}',
  placeholder: 'Scrivi un messaggio',
  send: 'Invia',
  keys: 'Invio spedisce, Maiusc e Invio va a capo.',
  readOnly: 'Qui puoi leggere; un proprietario può farti scrivere.',
  alone: 'Nessun altro è in linea. I messaggi aspettano e arrivano appena qualcuno torna.',
  typing_one: '{{names}} sta scrivendo…',
  typing_other: '{{names}} stanno scrivendo…',
  status: {
    stored: 'Salvato su questo nodo',
    delivered_one: 'Consegnato a {{count}} persona',
    delivered_other: 'Consegnato a {{count}} persone',
    read_one: 'Letto da {{count}} persona',
    read_other: 'Letto da {{count}} persone'
  },
  reply: 'Rispondi',
  replyTo: 'Rispondi a {{name}}',
  dropReply: 'Non rispondere a questo messaggio',
  earlier: 'Un messaggio precedente',
  person: {
    title: 'Nuova conversazione',
    label: 'Con chi',
    none: 'Nei tuoi gruppi non c’è ancora nessun altro. Prima invita qualcuno.'
  },
  search: {
    label: 'Cerca in tutti i messaggi',
    placeholder: 'Cerca',
    clear: 'Termina la ricerca',
    by: 'Scritti da',
    anybody: 'Chiunque',
    when: 'Scritti quando',
    ever: 'In qualsiasi momento',
    days_one: 'Nell’ultimo giorno',
    days_other: 'Negli ultimi {{count}} giorni',
    found: 'Messaggi trovati',
    none: 'Nessun messaggio su questo nodo contiene tutte queste parole.',
    more: 'Mostra altri',
    alone: 'Trovato più indietro di quanto è caricato qui'
  }
}
