import type { TextLike } from '../../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  title: 'Spazi di lavoro',
  intro: 'Luoghi di un gruppo per lavorare insieme, con una bacheca e documenti che si scrivono in più persone.',
  back: 'Tutti gli spazi di lavoro',
  create: {
    open: 'Nuovo spazio',
    title: 'Nuovo spazio di lavoro',
    group: 'Gruppo',
    groupHint: 'Tutti i suoi membri vedono lo spazio',
    name: 'Nome',
    nameHint: 'A che cosa serve, fino a 64 caratteri',
    submit: 'Crea'
  },
  empty: {
    title: 'Ancora nessuno spazio di lavoro',
    body: 'Creane uno per raccogliere ciò a cui lavora il tuo gruppo. Non serve un server, e ciò che si è fatto da soli si riunisce.'
  },
  noGroup: 'Uno spazio di lavoro appartiene a un gruppo: creane uno, o entra con un collegamento d’invito.',
  unknown: {
    title: 'Qui non c’è',
    body: 'L’indirizzo può essere scritto male, o non è ancora arrivato su questo nodo. Appena arriva, compare da solo.'
  },
  since: 'Dal {{date}}',
  readOnly: 'Qui puoi leggere; un proprietario può farti scrivere.',
  offline: 'Nessun altro è in linea. Ciò che fai qui arriva appena qualcuno torna.',
  documents: {
    title: 'Documenti',
    add: 'Nuovo documento',
    name: 'Titolo',
    submit: 'Aggiungi',
    empty: 'Ancora nessun documento. Aggiungine uno: ci si scrive tutti insieme.',
    changed: 'modificato',
    untouched: 'ancora vuoto'
  },
  board: {
    title: 'Bacheca',
    add: 'Nuova discussione',
    subject: 'Titolo',
    text: 'Primo intervento',
    submit: 'Pubblica',
    empty: 'Ancora niente in bacheca. Apri una discussione: una domanda, un piano, un elenco.',
    posts_one: '{{count}} intervento',
    posts_other: '{{count}} interventi',
    by: 'di {{name}}'
  },
  thread: {
    back: 'Torna a {{name}}',
    posts: 'Interventi in {{title}}',
    older: 'Mostra gli interventi precedenti',
    reply: 'La tua risposta',
    send: 'Rispondi',
    edited: 'modificato',
    removed: 'Ritirato dall’autore.',
    edit: 'Modifica',
    save: 'Salva',
    cancel: 'Annulla',
    remove: 'Ritira',
    removeTitle: 'Ritirare questo intervento?',
    removeBody: 'Il testo non sarà più mostrato a nessuno. Non si può annullare.',
    text: 'Testo dell’intervento'
  },
  document: {
    editor: 'Testo di {{title}}',
    placeholder: 'Scrivi qui',
    here: 'Ora ci sono',
    you: '{{name}} (tu)',
    connecting: 'Apertura…',
    saved: 'Salvato su questo nodo',
    saving: 'Salvataggio…',
    unsaved:
      'Non ancora salvato: il nodo non riesce a scrivere ({{code}}). Riprova da solo; tieni aperta questa pagina.',
    away: 'Il nodo non risponde. Puoi continuare a scrivere: tieni aperta questa pagina, si salva quando il nodo torna.',
    refused: {
      title: 'Il collegamento è stato chiuso',
      body: 'Il nodo non ha accettato ciò che ha inviato questa pagina. Ricarica la pagina; il testo non segnato come salvato può andare perso.'
    },
    elsewhere: {
      title: 'Aperto altrove',
      body: 'Un’altra pagina ha preso il posto di questa. Ricarica per continuare qui.'
    },
    reload: 'Ricarica'
  }
}
