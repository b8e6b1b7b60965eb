import type { TextLike } from '../../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  title: 'Persone',
  intro: 'Chi conosci. Un contatto può scriverti e, se vuoi, vedere come stai.',
  parts: { label: 'Persone', contacts: 'Contatti', devices: 'I miei dispositivi', recovery: 'La mia chiave' },
  contacts_one: '{{count}} contatto',
  contacts_other: '{{count}} contatti',
  verified: 'verificato',
  talk: 'Scrivi a {{name}}',
  write: 'Scrivi',
  back: 'Tutti i contatti',
  account: 'Profilo',
  common: 'Gruppi in comune',
  calls: 'si chiama {{name}}',
  standing: {
    contact: 'un tuo contatto',
    asked: 'vorrebbe essere un tuo contatto',
    asking: 'non ha ancora risposto alla tua richiesta',
    declined: 'ha rifiutato la tua richiesta',
    none: 'non è un tuo contatto',
    member: 'non è un tuo contatto, ma è in un gruppo con te',
    blocked: 'bloccato'
  },
  empty: {
    title: 'Ancora nessun contatto',
    body: 'Manda a qualcuno il tuo biglietto, o aggiungilo con il suo: l’altro deve dire di sì.'
  },
  add: {
    open: 'Aggiungi un contatto',
    title: 'Aggiungi un contatto',
    card: 'Il suo biglietto',
    hint: 'Incolla quello che hai ricevuto o che dice il suo codice QR. Comincia con “borgo:contact/”.',
    submit: 'Chiedi',
    ask: 'Chiedi di essere contatti',
    isAsked: 'La richiesta arriva a {{name}} appena è raggiungibile',
    isContact: 'Ora {{name}} è un contatto'
  },
  card: {
    open: 'Il mio biglietto',
    body: 'Mandalo a qualcuno, o fagli inquadrare l’immagine.',
    qr: 'Il mio biglietto come codice QR',
    link: 'il mio biglietto',
    hint: 'Chi lo possiede può chiederti di essere un contatto e trovare i tuoi dispositivi, nient’altro. Invecchia quando cambiano i tuoi indirizzi.'
  },
  requests: {
    title: 'Chiedono a te',
    intro: 'Vorrebbero essere tuoi contatti.',
    accept: 'Accetta',
    acceptName: 'Accetta {{name}}',
    decline: 'Rifiuta',
    declineName: 'Rifiuta {{name}}'
  },
  pending: {
    title: 'Hai chiesto a loro',
    intro: 'Lo sapranno appena sono raggiungibili, anche mentre questa pagina è chiusa.',
    asked: 'chiesto',
    declined: 'rifiutato; chiesto',
    remove: 'Ritira',
    forget: 'Dimentica',
    removeName: 'Ritira: {{name}}',
    forgetName: 'Dimentica: {{name}}'
  },
  block: {
    people: 'Bloccati',
    intro: 'Non mostri e non dici loro nulla, e non senti nulla da loro.',
    open: 'Blocca',
    title: 'Bloccare {{name}}?',
    body: 'La connessione si chiude e da adesso nessuno dei due sente l’altro. In un gruppo comune gli altri trasmettono ancora ciò che ognuno scrive. Puoi finirla quando vuoi.',
    end: 'Sblocca',
    endName: 'Sblocca {{name}}'
  },
  remove: {
    open: 'Togli',
    title: 'Togliere {{name}} dai contatti?',
    body: 'Ciò che ti eri annotato si perde per sempre. La vostra conversazione resta.'
  },
  verify: {
    title: 'È davvero lei o lui?',
    body: 'Leggi queste parole a {{name}} di persona o in una chiamata in cui riconosci la voce. {{name}} vede le stesse accanto al tuo nome.',
    done: 'Hai confrontato queste parole con {{name}}: tra voi non c’è nessuno.',
    words: 'Parole da confrontare',
    submit: 'Sono le stesse',
    undo: 'Non sono più sicuro',
    differ: 'Se ne vede altre, qualcuno sta in mezzo: togli il contatto e scambiatevi i biglietti in un altro modo.'
  },
  remark: {
    title: 'Solo per te',
    intro: 'Non lo vede nessun altro; i tuoi dispositivi sì.',
    nickname: 'Come lo chiami tu',
    note: 'Nota',
    save: 'Salva'
  },
  file: {
    title: 'Contatti in un file',
    intro: 'Da conservare, o da portare in un altro profilo.',
    save: 'Salva in un file',
    take: 'Prendi da un file',
    done_zero: 'Nessuno di nuovo; {{known}} già conosciuti',
    done_one: 'Richiesta a {{count}} nuovo contatto; {{known}} già conosciuti',
    done_other: 'Richiesta a {{count}} nuovi contatti; {{known}} già conosciuti'
  },
  unknown: {
    title: 'Qui non conosci nessuno',
    body: 'Il contatto può essere stato tolto, o l’indirizzo è scritto male.'
  }
}
