import type { TextLike } from '../../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  title: 'Calcolo',
  intro:
    'Un gruppo diventa un grande computer: i membri lavorano a parti di un compito, e i risultati si riuniscono qui.',
  back: 'Tutti i compiti',
  start: {
    open: 'Nuovo compito',
    title: 'Nuovo compito',
    group: 'Gruppo',
    groupHint: 'Partecipano i membri che condividono il computer, e tutti vedono il compito',
    kind: 'Che cosa calcolare',
    reason: 'Il nodo dice: {{text}}',
    submit: 'Comincia'
  },
  kind: {
    mandelbrot: {
      label: 'Un’immagine',
      hint: 'Dipinge l’insieme di Mandelbrot, riga per riga.',
      view: 'Luogo',
      views: { whole: 'L’insieme intero', seahorses: 'La valle dei cavallucci', spiral: 'Una spirale' },
      size: 'Dimensioni in pixel',
      iterations: 'Giri',
      iterationsHint: 'Con più giri si vedono più dettagli e ci vuole più tempo'
    },
    primes: {
      label: 'Numeri primi',
      hint: 'Conta i numeri primi con un crivello a segmenti.',
      below: 'Conta quelli minori di'
    },
    module: {
      label: 'Tuo',
      hint: 'Un modulo WebAssembly che esporta run(lo, hi). Prima viene controllato, poi gira isolato su ogni computer.',
      file: 'Modulo',
      choose: 'Scegli un file .wasm',
      from: 'Primo indice',
      to: 'Indice dopo l’ultimo',
      bytes: 'Byte per indice',
      bytesHint: 'Con 0 i risultati si sommano; altrimenti si mettono in fila'
    }
  },
  empty: {
    title: 'Ancora nessun compito',
    body: 'Cominciane uno e guarda arrivare le parti. Servono un modulo e un intervallo di numeri; i due esempi li hanno già.'
  },
  noGroup: 'Un compito gira sui computer di un gruppo: fondane uno o entra con un invito.',
  list: { title: 'Compiti', mine: 'compito tuo', by: 'compito di {{name}}' },
  state: { running: 'In corso', done: 'Finito', failed: 'Fallito', cancelled: 'Annullato' },
  parts_one: '{{count}} parte',
  parts_other: '{{count}} parti',
  job: {
    progress: 'Avanzamento',
    range: 'indici da {{from}} a {{to}}',
    done: '{{done}} di {{total}}',
    took: 'in {{time}}',
    strip_one: 'L’intervallo con {{count}} parte arrivata',
    strip_other: 'L’intervallo con {{count}} parti arrivate',
    cancel: 'Annulla',
    failed: 'Il compito è fallito',
    sum: 'Risultato',
    download: 'Scarica il risultato',
    elsewhere: 'Il risultato è sul nodo che ha cominciato il compito.'
  },
  picture: { title: 'Immagine', label: '{{title}}, fin dove è stata dipinta' },
  workers: {
    title: 'Chi calcola',
    intro: 'I computer più veloci ricevono parti più grandi; ciò che uno lascia a metà passa a un altro.',
    who: 'Computer',
    self: 'Questo nodo',
    parts: 'Parti',
    share: 'Quota',
    speed: 'Velocità',
    perSecond: '{{number}}/s',
    now: 'Ora',
    running_one: '{{count}} parte',
    running_other: '{{count}} parti',
    away: 'assente, o non condivide',
    refuses: 'rifiuta: {{text}}',
    alone: 'Ci lavora solo questo nodo. Gli altri membri possono attivare la condivisione nella loro pagina Calcolo.'
  },
  sharing: {
    title: 'Condividi questo computer',
    intro: 'Se i membri dei tuoi gruppi possono calcolare qui. I tuoi compiti girano qui in ogni caso.',
    on: 'Calcola per gli altri',
    isOn: 'I compiti dei tuoi gruppi girano qui, con priorità bassa',
    isOff: 'Nessun altro calcola qui',
    slots: 'Parti insieme',
    slotsHint: 'Ognuna occupa un core del processore',
    idle: 'In questo momento nessuno ha bisogno di questo computer.',
    work: 'A che cosa lavora questo computer',
    for: '{{title}}, per {{name}}',
    running_one: '{{count}} in corso',
    running_other: '{{count}} in corso'
  },
  sandbox: {
    stands: 'I moduli sono contenuti da: {{layers}}.',
    without: 'Installando bubblewrap su Linux non vedrebbero neppure rete e file.',
    process: 'un processo a sé',
    permissions: 'nessun permesso per file o programmi',
    'data-limit': 'un limite alla memoria',
    'low-priority': 'una priorità bassa',
    namespaces: 'niente rete e niente file in vista'
  }
}
