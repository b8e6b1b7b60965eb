import type { TextLike } from '../../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  title: 'Persone',
  intro: 'Chi conosci. Un contatto può scriverti e, se vuoi, vedere come stai.',
  parts: {
    label: 'Persone',
    contacts: 'Contatti',
    near: 'Vicino a me',
    activities: 'Attività',
    shown: 'In vista',
    devices: 'I miei dispositivi',
    recovery: 'La mia chiave'
  },
  contacts_one: '{{count}} contatto',
  contacts_other: '{{count}} contatti',
  verified: 'verificato',
  talk: 'Scrivi a {{name}}',
  write: 'Scrivi',
  inviteTo: 'Invita a…',
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
  presence: {
    title: 'Come stai?',
    state: 'Sei',
    text: 'Con parole tue',
    example: 'Per esempio “torno alle due”',
    audience: 'Chi può vederlo',
    audienceHint: 'I tuoi dispositivi sempre. Ognuno comprende quelli prima.',
    to: {
      nobody: 'nessuno',
      verified: 'contatti verificati',
      contacts: 'contatti',
      groups: 'chi ha un gruppo in comune con te',
      everyone: 'chiunque sia connesso'
    },
    save: 'Dillo'
  },
  near: {
    intro: 'Persone sulla stessa rete che si mostrano, per esempio in questa casa o a questo convegno.',
    title: 'Mostrati',
    on: 'Mostrami a chi è vicino',
    onHint: 'Chi è sulla stessa rete e fa lo stesso vede il tuo nome e i tuoi interessi, e tu i suoi.',
    off: 'Finché è spento, nessuno vicino ti vede e tu non vedi nessuno.',
    interests: 'I tuoi interessi',
    interestsHint: 'Al massimo 16; Invio ne aggiunge uno.',
    example: 'Scacchi, pane, biciclette',
    clear: 'Togli tutti',
    people_one: '{{count}} persona vicina',
    people_other: '{{count}} persone vicine',
    peopleIntro: 'Chiunque può darsi qualunque nome: confrontate le parole quando siete contatti.',
    ask: 'Chiedi',
    askName: 'Chiedi a {{name}} di essere contatti',
    show: 'Mostra',
    showName: 'Mostra {{name}}',
    empty: {
      title: 'Ancora nessuno vicino',
      body: 'Devono essere sulla stessa rete e averlo acceso anche loro. Può passare un minuto prima che compaiano.'
    },
    deaf: {
      title: 'Non si può trovare nessuno',
      body: 'Questo nodo non si guarda intorno sulla sua rete: l’impostazione “mdns” è spenta. Per accenderla, avvia il nodo con “--mdns”, o senza “--no-mdns”.'
    }
  },
  devices: {
    intro: 'I tuoi computer e telefoni. Ognuno di loro sei tu: è nei tuoi gruppi e legge i tuoi messaggi.',
    count_one: '{{count}} dispositivo',
    count_other: '{{count}} dispositivi',
    this: 'questo',
    online: 'connesso',
    offline: 'mai visto da questo dispositivo',
    seen: 'visto',
    groups_zero: 'in nessun gruppo di questo dispositivo',
    groups_one: 'in {{count}} gruppo',
    groups_other: 'in {{count}} gruppi',
    stopped_one:
      'Fermo in {{count}} gruppo: i suoi dati sono stati copiati e usati in due posti. “borgo backup” e “borgo restore” ne fanno un dispositivo nuovo; oppure escludilo da un altro dispositivo e collegalo di nuovo.',
    stopped_other:
      'Fermo in {{count}} gruppi: i suoi dati sono stati copiati e usati in due posti. “borgo backup” e “borgo restore” ne fanno un dispositivo nuovo; oppure escludilo da un altro dispositivo e collegalo di nuovo.',
    label: 'Nome del dispositivo',
    labelHint: 'Lo vedono solo i tuoi dispositivi.',
    rename: 'Rinomina',
    renameName: 'Rinomina {{name}}',
    save: 'Salva il nome',
    revoke: 'Escludi',
    revokeName: 'Escludi {{name}}',
    revokeTitle: 'Escludere {{name}}?',
    revokeBody:
      'Viene tolto da tutti i tuoi gruppi e non viene a sapere più nulla. E con lui chi ne ha preso la tua chiave: le tue 24 parole e i file di recupero non riportano più nessuno, solo gli altri tuoi dispositivi ne fanno entrare di nuovi. Ciò che ha già resta lì. Non si può annullare.',
    revoked_one: '{{name}} è escluso da {{count}} gruppo',
    revoked_other: '{{name}} è escluso da {{count}} gruppi',
    stillIn: '{{name}} è ancora in questi gruppi',
    stillInHelp:
      'Escludilo da un altro tuo dispositivo, o chiedi a un amministratore del gruppo di toglierti e invitarti di nuovo.'
  },
  link: {
    title: 'Collega un altro dispositivo',
    intro: 'Un nodo nuovo diventa un tuo dispositivo, con tutti i tuoi gruppi e contatti.',
    open: 'Crea un collegamento',
    ready:
      'Sul nuovo dispositivo apri questa pagina e incolla il collegamento, o scrivi lì “borgo device join”. Vale una volta sola.',
    qr: 'Collegamento per un nuovo dispositivo come codice QR',
    link: 'il collegamento per il nuovo dispositivo',
    codeHint: 'Oppure scrivi questo codice, se i due sono già connessi:',
    code: 'il codice',
    expires: 'Scade',
    elsewhere: 'Un collegamento è stato creato, qui prima o in un’altra finestra, e aspetta il nuovo dispositivo.',
    cancel: 'Ritira il collegamento',
    done: 'Collegato',
    gave: 'Il nuovo dispositivo è nell’elenco. Entra da solo nei tuoi gruppi.',
    joined: 'Questo nodo riparte come dispositivo di quella persona.'
  },
  compare: {
    title: 'Confronta le parole',
    giver:
      '“{{name}}” vorrebbe essere un tuo dispositivo e mostra anch’esso delle parole. Solo se sono le stesse, nello stesso ordine, in mezzo non c’è nessuno.',
    joiner:
      'Il dispositivo di {{name}} mostra anch’esso delle parole. Solo se sono le stesse, nello stesso ordine, in mezzo non c’è nessuno.',
    waiting: 'Si aspetta che l’altro dispositivo sia d’accordo.',
    differ: 'Sono diverse',
    end: 'Interrompi'
  },
  join: {
    title: 'Fai di questo nodo un tuo dispositivo',
    intro: 'Sei già su Borgo con un altro dispositivo? Lì scegli “Crea un collegamento” in “I miei dispositivi”.',
    link: 'Collegamento o codice',
    hint: 'Il collegamento comincia con “borgo:link/”.',
    labelHint: 'Per esempio “telefono”. Lo può leggere chi è connesso con lui.',
    submit: 'Apri il collegamento'
  },
  adopted: {
    title: 'Ora questo nodo è un dispositivo di {{name}}',
    body: 'Entra nei gruppi appena vi si può raggiungere qualcuno.'
  },
  awaited: {
    title: 'Gruppi attesi',
    intro: 'Questo dispositivo vi entra appena qualcuno è raggiungibile e lo fa entrare.',
    asking: 'in richiesta',
    problem: 'si chiede ancora; l’ultima volta: {{what}}'
  },
  key: {
    intro:
      'Sei chi ha la tua chiave. Tienila al sicuro dagli altri, e tieni una via di ritorno per il giorno in cui tutti i tuoi dispositivi non ci sono più.',
    title: 'File della chiave',
    whole: 'È integro, e nessun altro utente di questo computer può leggerlo.',
    problem: 'Ha qualcosa che non va',
    check: 'Controlla di nuovo'
  },
  words: {
    title: '24 parole per la carta',
    intro:
      'Sono la tua chiave. Con loro e con qualcuno che ha un gruppo in comune con te, un dispositivo nuovo ti riporta.',
    open: 'Mostra le mie parole',
    alone: 'Nessuno guarda?',
    warning:
      'Chi legge o fotografa le parole può essere te, in tutti i tuoi gruppi. Prendi carta e penna; non conservarle in un computer.',
    show: 'Mostra le parole',
    write: 'Scrivile in quest’ordine.',
    keep: 'Tieni il foglio dove tieni ciò che non puoi perdere. Sono sempre le stesse.',
    done: 'Nascondile'
  },
  recoveryFile: {
    title: 'File di recupero',
    intro:
      'La tua chiave e dove sono i tuoi gruppi, cifrati. Più comodo delle parole, finché hai sia il file sia la frase segreta.',
    secret: 'Nuova frase segreta del file',
    hint: 'Nessuno può sostituirla. Falla lunga.',
    submit: 'Scarica il file'
  },
  recover: {
    title: 'Torna su questo nodo',
    intro:
      'Non hai più nessun dispositivo? Questo nodo nuovo diventa un tuo dispositivo con le tue parole o con il tuo file di recupero.',
    by: 'Con che cosa',
    words: '24 parole',
    file: 'File di recupero',
    wordsLabel: 'Le tue 24 parole',
    from: 'Dove chiedere',
    fromHint: 'Un indirizzo, un invito o un biglietto di chiunque abbia un gruppo in comune con te.',
    name: 'Come ti chiami',
    nameHint: 'Le parole non lo dicono. Vuoto: come si chiama ora questo nodo.',
    fileLabel: 'Il tuo file di recupero',
    choose: 'Scegli il file',
    secret: 'Frase segreta del file',
    submit: 'Torna'
  },
  passphrase: {
    title: 'Frase segreta di questo nodo',
    intro: 'Con una, il file della chiave non serve a chi lo copia, e il nodo la chiede ogni volta che parte.',
    is: 'impostata',
    isNot: 'nessuna',
    start:
      'Al nodo va detta la frase ogni volta che parte: “borgo start --passphrase-file” e un file tuo che ce l’ha nella prima riga.',
    current: 'Frase segreta attuale di questo nodo',
    new: 'Nuova frase segreta di questo nodo',
    hint: 'Se si dimentica, aiutano solo le tue parole o un file di recupero.',
    again: 'Di nuovo la stessa',
    other: 'Non è la stessa',
    set: 'Imposta',
    change: 'Cambia',
    remove: 'Togli',
    removeTitle: 'Togliere la frase segreta?',
    removeBody:
      'Da allora chi può leggere il file della chiave, o una sua copia, può essere te. Avvia il nodo senza “--passphrase-file”.',
    done: 'La frase segreta è impostata',
    removed: 'La frase segreta è tolta'
  },
  unknown: {
    title: 'Qui non conosci nessuno',
    body: 'Il contatto può essere stato tolto, o l’indirizzo è scritto male.'
  }
}
