import type { TextLike } from '../../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  title: 'Nomi',
  intro:
    'Un nome porta a dei dispositivi, ovunque siano ora: una stampante in rete, un gioco in un gruppo, te stesso per tutti.',
  name: 'il nome {{label}}',
  scope: { link: 'In questa rete', group: 'In un gruppo', global: 'Per tutti' },
  scopeHint: {
    link: 'Lo conosce chi è collegato in questa rete, finché questo dispositivo c’è.',
    group: 'Lo conoscono i membri di un gruppo, anche quando questo dispositivo è via.',
    global:
      'Chiunque conosca il nome trova questo dispositivo e i suoi indirizzi. Altri nodi lo tengono, anche quando questo dispositivo è via.'
  },
  empty: {
    title: 'Questo dispositivo non ha ancora un nome',
    body: 'Registrane uno e dallo ad altri così come sta qui: con esso trovano questo dispositivo quando i suoi indirizzi sono cambiati.'
  },
  own: {
    title_one: '{{count}} nome di questo dispositivo',
    title_other: '{{count}} nomi di questo dispositivo',
    intro: 'Restano finché non li ritiri, e si annunciano da soli.',
    list: 'Nomi di questo dispositivo'
  },
  state: {
    waiting: 'sta per essere annunciato',
    alone: 'nessuno l’ha ancora preso; viene offerto di nuovo a chi si collega',
    link: 'detto a chi chiede in questa rete',
    group: 'detto al gruppo',
    held_one: '{{count}} altro nodo lo tiene',
    held_other: '{{count}} altri nodi lo tengono',
    announced: 'annunciato',
    until: 'tenuto fino al {{time}}'
  },
  register: {
    open: 'Registra un nome',
    title: 'Registra un nome',
    label: 'Nome',
    labelHint: 'Fino a 64 caratteri, senza barra. Prima c’è il tuo account, così nessun altro può avere lo stesso.',
    scope: 'Chi lo conosce',
    group: 'Gruppo',
    noGroup: 'Non c’è un gruppo in cui puoi scrivere: prima fondane uno o entraci.',
    taken: 'Questo dispositivo ha già questo nome lì; ciò che dice sarà sostituito.',
    comment: 'Commento',
    commentHint: 'Una riga per le persone.',
    lifetime: 'Per quanto gli altri lo tengono',
    lifetimeHint: 'Quando non sentono più questo dispositivo. Finché è acceso viene annunciato di nuovo in tempo.',
    ownAddresses: 'Indirizzi di questo nodo, come cambiano',
    addresses: 'Indirizzi',
    addressesHint: 'Uno per riga, per esempio /dns4/example.org/tcp/4001.',
    submit: 'Registra',
    done: '{{label}} è registrato'
  },
  change: {
    open: 'Cambia',
    name: 'Cambia {{label}}, {{place}}',
    title: 'Cambia {{label}}',
    submit: 'Salva',
    done: '{{label}} è cambiato'
  },
  withdraw: {
    open: 'Ritira',
    name: 'Ritira {{label}}, {{place}}',
    title: 'Ritirare {{label}}?',
    body: 'Agli altri viene detto che questo dispositivo non ha più il nome. Ciò che diceva va perso; puoi registrarlo di nuovo.'
  },
  data: {
    label: 'Dati',
    hint: 'Per programmi o persone, al massimo 16 KiB.',
    binary: 'Questo non è testo.',
    text: 'Il testo',
    file: 'Prendi da un file',
    clear: 'Togli',
    tooLarge: '{{name}} è più grande di 16 KiB.',
    size: 'Dati:',
    save: 'salva',
    saveOf: 'Salva i dati di {{label}}'
  },
  look: {
    title: 'Cerca un nome',
    intro: 'Ciò che ne dicono i dispositivi, man mano che arriva.',
    whose: 'Di chi',
    own: 'Uno dei miei',
    inName: 'Come dice il nome',
    name: 'Nome da cercare',
    nameHint: 'O uno intero, come qualcuno te l’ha dato: z6Mk…/stampante',
    where: 'Dove',
    everywhere: 'Ovunque',
    wait: 'Al massimo',
    nearest: 'Prima il più vicino',
    nearestHint: 'Si collega a quelli trovati e non mostra nulla finché tutti non hanno risposto.',
    others: 'Lascia fuori questo dispositivo',
    submit: 'Cerca',
    stop: 'Ferma'
  },
  found: {
    list: 'Che cosa è stato trovato',
    running_zero: 'Cerco …',
    running_one: 'Cerco … {{count}} trovato',
    running_other: 'Cerco … {{count}} trovati',
    all_zero: 'Nessuno di quelli a cui è stato chiesto ha questo nome',
    all_one: '{{count}} trovato; è stato chiesto a tutti',
    all_other: '{{count}} trovati; è stato chiesto a tutti',
    time_zero: 'Nulla trovato in tempo',
    time_one: '{{count}} trovato; il tempo è finito',
    time_other: '{{count}} trovati; il tempo è finito',
    limit_one: '{{count}} trovato',
    limit_other: '{{count}} trovati',
    stopped_zero: 'Fermato',
    stopped_one: 'Fermato; {{count}} trovato',
    stopped_other: 'Fermato; {{count}} trovati',
    help: 'Il dispositivo può non essere qui, o non essere in un gruppo con te, o il nome può essere scritto in un altro modo.',
    alone: 'Questo nodo non conosce ancora nessuno che tenga i nomi per tutti: prima collegati a un altro nodo.',
    off: 'Questo nodo non prende parte all’elenco dei nomi per tutti (la sua impostazione “dht” è “off”).',
    you: 'te',
    of: 'di {{name}}',
    stranger: 'di qualcuno che non conosci',
    said: 'detto',
    self: 'questo dispositivo',
    far: 'a {{time}}',
    name: 'Nome intero',
    device: 'Dispositivo',
    address: 'Indirizzo',
    copyDevice: 'l’id del dispositivo',
    copyAddress: 'l’indirizzo',
    more: 'Dettagli',
    less: 'Meno dettagli',
    connect: 'Collegati',
    connected: 'collegato',
    isConnected: 'Collegato',
    person: 'Apri la persona',
    ask: 'Chiedi di essere un contatto',
    isAsked: 'Chiesto a {{name}}'
  }
}
