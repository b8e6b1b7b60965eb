import type { TextLike } from '../../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  title: 'Gruppi',
  intro:
    'Un gruppo è una cerchia di persone che condivide messaggi, file, documenti e potenza di calcolo, e nessun altro.',
  create: {
    open: 'Crea un gruppo',
    title: 'Crea un gruppo',
    name: 'Nome',
    nameHint: 'Come lo vedranno tutti, fino a 64 caratteri',
    submit: 'Crea'
  },
  join: {
    open: 'Entra con un collegamento',
    title: 'Entra in un gruppo',
    link: 'Collegamento d’invito',
    hint: 'Incolla quello che hai ricevuto. Comincia con “borgo:join/”.',
    busy: 'Cerco un membro del gruppo. Ci vogliono alcuni secondi.',
    submit: 'Entra',
    done: 'Benvenuto in {{name}}'
  },
  empty: {
    title: 'Ancora nessun gruppo',
    body: 'Creane uno e invita altre persone, o incolla un collegamento d’invito che hai ricevuto.'
  },
  members_one: '{{count}} membro',
  members_other: '{{count}} membri',
  onlineCount: '{{count}} in linea',
  connectedCount: 'collegato direttamente a {{count}}',
  back: 'Tutti i gruppi',
  unknown: {
    title: 'Questo nodo non è in quel gruppo',
    body: 'L’indirizzo può essere scritto male, o il gruppo è su un altro tuo nodo.'
  },
  role: { owner: 'Proprietario', admin: 'Amministratore', writer: 'Autore', reader: 'Lettore', relay: 'Ponte' },
  roleHint: {
    owner: 'decide tutto',
    admin: 'invita e toglie persone',
    writer: 'legge e scrive',
    reader: 'legge soltanto',
    relay: 'trasmette ciò che non può leggere'
  },
  detail: {
    members: 'Membri',
    name: 'Nome',
    role: 'Ruolo',
    devices: 'Dispositivi',
    joined: 'Dal',
    talk: 'Scrivi a {{name}}',
    id: 'Identificativo del gruppo',
    you: '{{role}} dal {{date}}',
    stopped_one:
      '{{count}} dispositivo è fermo: i suoi dati sono stati copiati e usati in due posti, e ciò che da allora scrive qui non conta',
    stopped_other:
      '{{count}} dispositivi sono fermi: i loro dati sono stati copiati e usati in due posti, e ciò che da allora scrivono qui non conta',
    clockAhead: 'Orologio avanti di {{by}} rispetto a questo',
    clockBehind: 'Orologio indietro di {{by}} rispetto a questo',
    alone: 'Per ora ci sei solo tu. Crea un invito e mandalo a qualcuno.'
  },
  invite: {
    open: 'Invita',
    title: 'Invita in {{name}}',
    role: 'Entra come',
    whom: 'Per chi',
    anybody: 'Chiunque abbia il collegamento',
    personal: 'Può usarlo solo {{name}}.',
    uses: 'Quante persone possono usarlo',
    expiry: 'Valido per',
    hour: '1 ora',
    day: '1 giorno',
    week: '7 giorni',
    month: '30 giorni',
    approval: 'Un amministratore deve accettare chi chiede',
    approvalHint: 'Per un collegamento che vedranno in molti.',
    asks: 'Chi lo possiede può chiedere di entrare; decide un amministratore.',
    submit: 'Crea il collegamento',
    ready: 'Manda questo collegamento a chi vuoi invitare, o fagli inquadrare l’immagine.',
    secret: 'Chi lo possiede può entrare: trattalo come una chiave.',
    link: 'il collegamento d’invito',
    qr: 'Invito a {{name}} come codice QR',
    another: 'Creane un altro'
  },
  invitations: {
    title: 'Inviti aperti',
    none: 'Nessuno al momento.',
    used: 'Usato {{used}} volte su {{uses}}',
    for: 'per {{name}}',
    expires: 'scade',
    elsewhere: 'Creato su un altro dispositivo: il collegamento si trova lì.',
    approval: 'con approvazione',
    revoke: 'Revoca',
    revokeTitle: 'Revocare questo invito?',
    revokeBody:
      'Il collegamento smette subito di funzionare e chi aspetta dopo averlo usato non entra. Non si può annullare.'
  },
  manage: {
    open: 'Gestisci {{name}}',
    role: {
      open: 'Cambia il ruolo',
      title: 'Un altro ruolo per {{name}}',
      now: 'Adesso: {{role}}. D’ora in poi:',
      lower: 'Abbassa il tuo ruolo',
      lowerHint: 'Solo chi sta sopra di te può restituirtelo.',
      relayHint: 'La chiave viene cambiata: un ponte non legge nulla di ciò che si scrive da allora.',
      submit: 'Cambia il ruolo'
    },
    owner: {
      open: 'Cedi il gruppo',
      title: 'Cedere il gruppo a {{name}}?',
      body: '{{name}} diventa proprietario e tu amministratore. Solo {{name}} può tornare indietro.',
      submit: 'Cedi'
    },
    remove: {
      open: 'Togli',
      title: 'Togliere {{name}}?',
      body: 'Con quello che possiede, questa persona non potrà leggere nulla di ciò che si scrive da adesso. Terminano anche i collegamenti che chiunque può usare. Solo un invito a suo nome la fa rientrare.',
      submit: 'Togli'
    },
    device: {
      open: 'Escludi un dispositivo',
      title: 'Escludere un tuo dispositivo da {{group}}?',
      which: 'Quale dispositivo',
      id: 'finisce con {{id}}',
      body: 'Con quello che ha non potrà leggere nulla di ciò che si scrive qui da adesso. Resta negli altri tuoi gruppi. Da allora solo i tuoi dispositivi ne fanno entrare altri tuoi qui. Non si può annullare.',
      submit: 'Escludi'
    }
  },
  petitions: {
    title: 'In attesa di entrare',
    intro: 'Sono arrivati con un collegamento che chiede prima a te.',
    asks: 'Sarebbe: {{role}}',
    accept: 'Fai entrare',
    decline: 'Rifiuta',
    declineTitle: 'Rifiutare {{name}}?',
    declineBody: 'Lo verrà a sapere. Per chiedere ancora serve un nuovo collegamento.'
  },
  policy: {
    title: 'Regole e chiave',
    open: 'Cambia le regole',
    edit: 'Regole del gruppo',
    seesAll: 'Chi arriva può leggere ciò che è stato scritto prima.',
    seesNew: 'Chi arriva vede solo ciò che viene scritto dopo.',
    inviters: {
      owner: 'Solo i proprietari possono invitare.',
      admin: 'Amministratori e proprietari possono invitare.',
      writer: 'Tutti tranne i lettori possono invitare.',
      reader: 'Tutti possono invitare.'
    },
    key: 'La chiave si cambia dopo {{age}} o {{records}} voci.',
    history: 'Chi arriva può leggere ciò che è stato scritto prima',
    historyHint: 'Vale per chi arriva da adesso.',
    whoInvites: 'Inviti',
    keyAge: 'Cambia la chiave ogni',
    keyRecords: 'O dopo tante voci',
    submit: 'Salva le regole'
  },
  storage: {
    title: 'Su questo nodo',
    export: 'Esporta',
    taken_one: '{{records}} voce occupa {{size}} su al massimo {{most}}.',
    taken_other: '{{records}} voci occupano {{size}} su al massimo {{most}}.',
    formerly: 'Qualcuno che era qui',
    wanted_one: '{{shown}} contenuto in arrivo.',
    wanted_other: '{{shown}} contenuti in arrivo.',
    leftOut_one: '{{shown}} contenuto è solo presso altri membri.',
    leftOut_other: '{{shown}} contenuti sono solo presso altri membri.',
    fetch: 'Prendi gli ultimi 50',
    came_one: 'È arrivato {{shown}} contenuto',
    came_other: 'Sono arrivati {{shown}} contenuti',
    noneCame: 'Non è arrivato nulla: chi ha questi contenuti ora non è raggiungibile.',
    byMember: 'Spazio per membro',
    records: 'Voci',
    bytes: 'Sul disco',
    quota: 'Al massimo'
  },
  keep: {
    open: 'Che cosa prendere',
    title: 'Che cosa questo nodo prende da solo',
    intro: 'Tutto il resto rimane presso gli altri membri e si può prendere quando serve. Ciò che è già qui resta.',
    all: 'Si prendono tutti i contenuti.',
    someAge: 'Si prende ciò che ha al massimo {{age}}.',
    someKinds: 'Si prendono solo questi tipi: {{kinds}}.',
    both: 'Si prende ciò che ha al massimo {{age}}, solo di questi tipi: {{kinds}}.',
    age: 'Non più vecchi di',
    anyAge: 'Qualsiasi età',
    kinds: 'Solo questi tipi di voci',
    kindsHint: 'Per esempio rtc/message; nessuno vuol dire tutti.',
    clear: 'Tutti i tipi',
    submit: 'Salva'
  },
  key: {
    open: 'Cambia la chiave',
    since_zero: 'La chiave attuale è la prima; è in uso dal {{date}}.',
    since_one: 'La chiave attuale è in uso dal {{date}}; è stata cambiata {{count}} volta.',
    since_other: 'La chiave attuale è in uso dal {{date}}; è stata cambiata {{count}} volte.',
    title: 'Cambiare la chiave adesso?',
    body: 'Tutti qui ricevono da soli quella nuova. Una chiave finita in mani altrui non apre nulla di ciò che si scrive da allora. Non si può annullare.',
    submit: 'Cambia la chiave'
  },
  audit: {
    title: 'Chi ha cambiato che cosa',
    intro: 'Da voci firmate che nessuno può alterare. Le ore sono quelle di chi ha fatto il cambiamento.',
    show: 'Mostra',
    hide: 'Nascondi',
    more: 'Mostra i più vecchi',
    none: 'Finora niente del genere.',
    topic: 'Che cosa',
    by: 'Da chi',
    everybody: 'tutti',
    topics: {
      all: 'tutto',
      people: 'Chi è entrato e uscito',
      rules: 'Ruoli e regole',
      invitations: 'Inviti',
      devices: 'Dispositivi e chiavi',
      names: 'Nomi'
    },
    somebody: 'qualcuno',
    void: 'senza effetto',
    uses_one: 'Per {{count}} persona',
    uses_other: 'Per {{count}} persone',
    approval: 'Un amministratore deve accettare chi lo usa',
    until: 'Fino al {{date}}',
    what: {
      create: '{{by}} ha fondato il gruppo “{{name}}”',
      invite: '{{by}} ha creato un invito ({{role}})',
      invitePerson: '{{by}} ha invitato {{whom}} ({{role}})',
      revokeInvitation: '{{by}} ha terminato un invito ({{role}})',
      join: 'È entrato {{whom}}, accolto da {{by}}',
      request: '{{whom}} ha chiesto di entrare',
      accept: '{{by}} ha fatto entrare {{whom}}',
      decline: '{{by}} ha rifiutato {{whom}}',
      setRole: '{{by}} ha cambiato il ruolo di {{whom}}: {{role}}',
      transferOwnership: '{{by}} ha ceduto il gruppo a {{whom}}',
      remove: '{{by}} ha tolto {{whom}}',
      leave: '{{by}} ha lasciato il gruppo',
      guard: '{{by}} ha escluso un dispositivo: solo i dispositivi di {{by}} ne fanno entrare altri',
      recover: '{{by}} ha fatto entrare il dispositivo recuperato “{{name}}” di {{whom}}',
      addDevice: '{{by}} ha aggiunto il dispositivo “{{name}}”',
      revokeDevice: '{{by}} ha escluso il proprio dispositivo “{{name}}”',
      rename: '{{by}} ha preso il nome “{{name}}”',
      setPolicy: '{{by}} ha cambiato le regole',
      rotateKey: '{{by}} ha cambiato la chiave'
    }
  },
  leave: {
    open: 'Lascia il gruppo',
    title: 'Lasciare {{name}}?',
    body: 'Quello che c’è resta su questo nodo, ma non arriva più nulla di nuovo. Solo un nuovo invito ti fa rientrare.',
    submit: 'Lascia',
    lastOwner: 'Sei l’unico proprietario: per uscire, prima rendi proprietario un altro membro.'
  },
  lost: {
    title: 'Non più membro',
    here: 'Non sei più in {{name}}',
    somebody: 'qualcuno',
    removed: '{{name}} ti ha tolto dal gruppo',
    left: 'Sei uscito',
    revoked: '{{name}} ha escluso questo dispositivo',
    undone: 'Chi ti aveva fatto entrare non ne aveva più il diritto'
  },
  waiting: {
    title: 'In attesa di entrare',
    intro: 'Questo nodo continua a chiedere da solo; decide un amministratore del gruppo.',
    asked: 'Chiesto',
    refused: 'Non accolto; chiesto',
    withdraw: 'Smetti di chiedere',
    forget: 'Dimentica'
  }
}
