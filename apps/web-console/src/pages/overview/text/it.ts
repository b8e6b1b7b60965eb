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
    rtt: 'Andata e ritorno',
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
    unknownRtt: 'non ancora misurato',
    empty: {
      title: 'Ancora nessuno collegato',
      body: 'Entra in un gruppo con un invito e i suoi membri appariranno qui, oppure collegati all’indirizzo di un altro nodo.'
    },
    groups: 'Vai ai gruppi'
  },
  dial: {
    open: 'Collegati a un indirizzo',
    address: 'Indirizzo dell’altro nodo',
    hint: 'Il suo riepilogo lo mostra sotto “Raggiungibile a”.',
    submit: 'Collega',
    done: 'Collegato'
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
    failed: 'non riuscita: {{error}}'
  }
}
