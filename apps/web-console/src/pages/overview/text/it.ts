import type { TextLike } from '../../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  title: 'Riepilogo',
  up: 'Attivo da {{time}}',
  version: 'versione {{version}}',
  copy: { device: 'l’identificativo del dispositivo', account: 'l’identificativo personale', address: 'l’indirizzo' },
  stat: { peers: 'Vicini', groups: 'Gruppi', in: 'In arrivo', out: 'In uscita' },
  degraded: 'Qualcosa richiede la tua attenzione',
  traffic: {
    title: 'Traffico',
    waiting: 'I dati arrivano ogni due secondi.',
    in: 'In arrivo',
    out: 'In uscita',
    time: 'Ora',
    chart: 'Traffico degli ultimi minuti: ora in arrivo {{in}}, in uscita {{out}}',
    asTable: 'Mostra come tabella',
    asChart: 'Mostra come grafico'
  },
  picture: {
    title: 'Il vicinato',
    label:
      'Questo nodo al centro e i vicini intorno, tanto più vicini quanto più rapidi. La tabella sotto dice lo stesso.',
    hint: 'Più vicino vuol dire più rapido.'
  },
  peers: {
    title: 'Vicini',
    who: 'Chi',
    way: 'Connessione',
    rtt: 'Latenza',
    in: 'Ricevuti',
    out: 'Inviati',
    since: 'Collegato',
    inbound: 'ci ha chiamati',
    outbound: 'chiamato da noi',
    path: {
      direct: 'diretta',
      'hole-punched': 'attraverso i due router',
      relayed: 'passando per un altro membro',
      relayedBy: 'passando per {{name}}'
    },
    why: 'Perché non diretta: {{reason}}',
    notBetter: {
      'under-way': 'si cerca una via diretta',
      'no-direct-address': 'non si conosce un indirizzo diretto',
      'dial-failed': 'l’indirizzo diretto non ha risposto',
      'hole-punch-failed': 'i router non lasciano passare nulla',
      policy: 'le vie dirette sono disattivate'
    },
    bulk: {
      socket: 'le grandi quantità vanno su connessioni proprie',
      stream: 'anche le grandi quantità vanno su questa connessione'
    },
    unknownRtt: 'non ancora misurato',
    empty: {
      title: 'Ancora nessuno collegato',
      body: 'Entra in un gruppo con un invito e i suoi membri appariranno qui, oppure collegati all’indirizzo di un altro nodo.'
    },
    groups: 'Vai ai gruppi'
  },
  manage: {
    open: 'Gestisci {{name}}',
    details: 'Dettagli',
    disconnect: 'Disconnetti',
    keepOut: 'Tieni fuori per un po’',
    disconnected: '{{name}} è disconnesso. I membri dei tuoi gruppi tornano da soli.'
  },
  details: {
    title: 'Connessioni con {{name}}',
    gone: 'Non è più connesso.',
    connection: 'Connessione {{count}}',
    way: 'Via',
    why: 'Perché non direttamente',
    over: 'Attraverso',
    bulk: 'Grandi quantità',
    carrier: {
      socket: 'su connessioni proprie, accanto a questa',
      stream: 'su questa connessione: una propria non è stata possibile',
      none: 'finora nessuna'
    },
    address: 'Indirizzo'
  },
  keepOut: {
    title: 'Tenere fuori {{name}}?',
    body: 'Il dispositivo viene disconnesso e rifiutato per questo tempo, anche dopo un riavvio del nodo. Nei gruppi in comune ciò che scrive la sua persona arriva comunque attraverso altri membri.',
    time: 'Per',
    submit: 'Tieni fuori'
  },
  denied: {
    title: 'Tenuti fuori adesso',
    intro: 'Sono rifiutati finché non passa il loro tempo.',
    who: 'Chi',
    why: 'Perché',
    until: 'Riammesso',
    because: {
      offences: 'ha violato le regole',
      blocked: 'la sua persona è bloccata',
      asked: 'deciso qui'
    },
    admit: 'Riammetti ora',
    more: 'Mostra altri',
    unblocked: 'quando finisce il blocco',
    unblock: 'Sblocca la persona in “Persone”.'
  },
  dial: {
    open: 'Collegati a un indirizzo',
    address: 'Indirizzo dell’altro nodo',
    hint: 'Il suo riepilogo lo mostra sotto “Raggiungibile a”.',
    submit: 'Collega',
    done: 'Collegato'
  },
  reach: {
    title: 'Gli altri possono chiamarlo?',
    reachable: 'Su {{version}} sì: qualcuno è arrivato da un indirizzo pubblico',
    behindNat: 'Su {{version}} forse no: davanti c’è un router, gli altri lo vedono a {{address}}',
    unknown: 'Su {{version}} non si sa: nessuno è ancora arrivato da un indirizzo pubblico',
    absent: 'Su {{version}} no: non ha un tale indirizzo oltre questa macchina',
    relays_one: 'Un membro gli inoltra le chiamate',
    relays_other: '{{count}} membri gli inoltrano le chiamate',
    upnp: {
      searching: 'Nessun router ha ancora risposto che possa far entrare gli altri',
      mapped: 'Il router fa entrare gli altri a {{addresses}}',
      failed: 'Il router non fa entrare nessuno: {{reason}}'
    },
    search: 'Trovare gli altri',
    dhtOff: 'L’elenco condiviso (DHT) è disattivato',
    dht_one: 'Attraverso un nodo dell’elenco condiviso (DHT)',
    dht_other: 'Attraverso {{count}} nodi dell’elenco condiviso (DHT)',
    alone_one: 'Di un gruppo non è collegato nessuno: i suoi membri vengono cercati',
    alone_other: 'Di {{count}} gruppi non è collegato nessuno: i loro membri vengono cercati'
  },
  node: {
    title: 'Questo nodo',
    device: 'Dispositivo',
    account: 'Identità personale',
    addresses: 'Raggiungibile a',
    noAddress: 'Da nessuna parte: non ascolta su alcun indirizzo.',
    folder: 'Cartella dei dati',
    memory: 'Memoria in uso',
    plugins: 'Parti',
    running: 'attiva',
    stopped: 'ferma',
    failed: 'non riuscita: {{error}}'
  }
}
