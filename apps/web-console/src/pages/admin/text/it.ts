import type { TextLike } from '../../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  parts: { label: 'Pagine di amministrazione', limits: 'Limiti', storage: 'Archivio', plugins: 'Parti' },
  plugins: {
    title: 'Parti del nodo',
    intro: 'Ogni parte si avvia, si ferma e fallisce per sé; le altre proseguono.',
    list: 'Parti',
    running: 'attiva',
    stopped: 'ferma',
    failed: 'non riuscita',
    start: 'Avvia',
    stop: 'Ferma',
    startOne: 'Avvia {{name}}',
    stopOne: 'Ferma {{name}}',
    stopTitle: 'Fermare {{name}}?',
    stopBody:
      'Le sue pagine e i programmi che la usano non ricevono nulla finché non la riavvii. Ciò che ha in corso si interrompe; ciò che conserva resta.',
    lasting: 'Ciò che avvii o fermi qui vale finché il nodo non si riavvia. Poi conta “plugins” nelle impostazioni.',
    does: {
      rtc: 'Messaggi e conversazioni',
      distribution: 'File e cartelle',
      collab: 'Spazi di lavoro: bacheche e documenti',
      compute: 'Calcolo su più computer'
    }
  },
  deviceOf: '{{name}} · dispositivo …{{tail}}',
  of: {
    node: 'Questo nodo',
    plugin: 'Parte {{name}}',
    group: 'Gruppo {{name}}',
    peer: '{{name}}'
  },
  each: {
    plugin: 'Ogni parte per sé',
    group: 'Ogni gruppo per sé',
    peer: 'Ogni dispositivo per sé',
    member: 'Ogni persona in ogni gruppo'
  },
  resource: {
    up: 'invio',
    down: 'ricezione',
    messages: 'messaggi',
    streams: 'flussi',
    storage: 'spazio'
  },
  amount: {
    messages_one: '{{shown}} messaggio al secondo',
    messages_other: '{{shown}} messaggi al secondo',
    streams_one: '{{shown}} flusso',
    streams_other: '{{shown}} flussi'
  },
  limits: {
    title: 'Limiti',
    intro:
      'Quanto possono usare questo nodo, le sue parti, i suoi gruppi e gli altri dispositivi. Ogni modifica vale subito.',
    list: 'Limiti impostati',
    add: 'Imposta un limite',
    empty: {
      title: 'Nessun limite impostato',
      body: 'Tutto può usare ciò che c’è, in parti uguali. Imposta un limite per lasciare libera la connessione, o il disco.'
    },
    others: {
      title: 'Dove non è impostato nulla',
      settings: 'Impostazioni del nodo',
      body: 'Byte, messaggi e flussi: quanti ce ne sono, in parti uguali. Spazio: ciò che dicono “member-quota-mib” e “group-quota-mib” nelle impostazioni del nodo, per ogni persona in un gruppo e per ogni gruppo; file quanti ne tiene il disco.'
    },
    label: '{{whose}} · {{what}}',
    used: '{{used}} su {{amount}}',
    most: 'il massimo: {{name}}',
    waiting_one: '{{count}} flusso aspetta',
    waiting_other: '{{count}} flussi aspettano',
    always: 'sempre',
    timesNow: '{{times}}, adesso',
    timesLater: '{{times}}, non adesso',
    change: 'Cambia: {{what}}',
    clear: 'Togli: {{what}}',
    cleared: 'Non più limitato: {{what}}'
  },
  form: {
    new: 'Imposta un limite',
    change: 'Cambia il limite',
    of: 'Per',
    ofWhat: {
      node: 'Questo nodo',
      plugin: 'Una sua parte',
      group: 'Un gruppo',
      peer: 'Un altro dispositivo o una persona'
    },
    which: 'Quale',
    what: 'Che cosa',
    resource: {
      up: 'Invio',
      down: 'Ricezione',
      messages: 'Messaggi',
      streams: 'Flussi',
      storage: 'Spazio'
    },
    hint: {
      up: 'Ciò che lo supera aspetta; nulla va perso. Almeno 17 kB/s.',
      down: 'Ciò che lo supera aspetta; nulla va perso. Almeno 17 kB/s.',
      messages: 'Al secondo. Gli altri sono rifiutati; quelli in arrivo aspettano.',
      streams: 'Aperti insieme. Gli altri sono rifiutati.',
      storage:
        'Su questo disco. Ciò che i gruppi scrivono in più resta presso altri membri; i file che non ci stanno non si scaricano. Almeno 1,1 MB.'
    },
    amount: 'Al massimo',
    unit: 'Unità',
    sometimes: 'Solo in certi orari della settimana',
    submit: 'Imposta il limite',
    save: 'Salva'
  },
  times: {
    title: 'Orari della settimana',
    first: 'Da giorno',
    last: 'A giorno',
    from: 'Dalle',
    to: 'Alle',
    add: 'Un altro orario',
    remove: 'Togli questo orario'
  },
  storage: {
    title: 'Archivio',
    intro: 'Ciò che sta sul disco di questo nodo, se è intatto, e una sua copia.'
  },
  takes: {
    title: 'Quanto occupano le parti',
    intro: 'Voci dei gruppi, per quanto questo nodo può leggerle, e file che tiene o sta scaricando.',
    part: 'Parte',
    records: 'Voci',
    files: 'File',
    limit: 'Al massimo',
    free: 'nessun limite',
    all: 'Tutto'
  },
  space: {
    title: 'Quanto occupano i gruppi',
    intro: 'Messaggi, interventi, documenti e simili; i file sono in “Contenuti”.',
    none: 'Questo nodo non è in nessun gruppo.',
    group: 'Gruppo',
    records: 'Voci',
    bytes: 'Sul disco',
    quota: 'Al massimo'
  },
  check: {
    title: 'Controllo e riparazione',
    intro: 'Verifica ogni voce; ciò che è danneggiato viene ripreso da altri membri.',
    start: 'Controlla ora',
    never: 'Mai controllato da quando il nodo è partito.',
    running: 'Controllo in corso',
    done: '{{checked}} voci su {{total}}',
    whole: '{{checked}} voci, tutte intatte.',
    damaged: '{{damaged}} voci su {{checked}} sono danneggiate: tornano dai membri, appena raggiunti.',
    failed: 'Il controllo si è interrotto: {{error}}'
  },
  backup: {
    title: 'Copia di riserva',
    intro: 'Una copia di tutto, fatta mentre il nodo lavora. Contiene le tue chiavi: custodiscila come il nodo stesso.',
    folder: 'Cartella',
    hint: 'Sul computer del nodo, con il percorso intero; vuota, o non ancora esistente.',
    start: 'Fai una copia',
    done: 'La copia è fatta',
    figures: '{{files}} file, {{size}}. Per farne di nuovo un nodo: {{command}}',
    running: 'Copia in corso',
    copied_one: '{{done}} su {{size}} · {{files}} di {{count}} file',
    copied_other: '{{done}} su {{size}} · {{files}} di {{count}} file',
    stopped: 'Annullato. Della copia non resta nulla.'
  }
}
