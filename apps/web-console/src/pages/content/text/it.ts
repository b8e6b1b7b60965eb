import type { TextLike } from '../../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  title: 'Contenuti',
  intro: 'File e cartelle dei tuoi gruppi. Restano presso chi li ha, e arrivano da tutti loro insieme.',
  drop: {
    label: 'File da pubblicare',
    title: 'Trascina qui i file, o sceglili',
    body: 'Vengono pubblicati in questo gruppo e conservati dal nodo.',
    underWay: 'In viaggio verso il nodo',
    waiting: 'In attesa',
    sending: 'Invio',
    failed: 'Non riuscito',
    stop: 'Ferma l’invio di {{name}}',
    dismiss: 'Togli {{name}} dall’elenco'
  },
  path: {
    open: 'Pubblica dalla macchina del nodo',
    title: 'Pubblica quello che c’è già',
    intro: 'Il file o la cartella resta dov’è. Se cambia, non viene più offerto finché non lo pubblichi di nuovo.',
    label: 'Percorso',
    hint: 'Tutto, dalla radice: /home/ada/foto',
    submit: 'Pubblica',
    reading: 'Lettura'
  },
  empty: {
    title: 'Qui non c’è ancora niente di condiviso',
    body: 'Trascina un file qui sopra. Chi è nel gruppo può scaricarlo, anche da chi l’ha già fatto.',
    reader: 'In questo gruppo puoi leggere. Quello che gli altri pubblicano appare qui.'
  },
  list: {
    title: 'Pubblicati',
    by: 'di {{name}}',
    files_one: '{{count}} file',
    files_other: '{{count}} file'
  },
  held: {
    none: 'Non su questo nodo',
    part: 'In parte qui',
    whole: 'Qui',
    faulty: 'Cambiato'
  },
  get: {
    fetch: 'Scarica',
    fetchName: 'Scarica {{name}}',
    save: 'Salva',
    saveName: 'Salva {{name}}'
  },
  transfers: {
    title: 'Trasferimenti',
    running: 'In corso',
    paused: 'In pausa',
    failed: 'Non riuscito',
    left: 'ancora {{time}}',
    from: 'Da',
    pause: 'Metti in pausa {{name}}',
    resume: 'Continua con {{name}}',
    cancel: 'Annulla {{name}}',
    forget: 'Togli {{name}} dall’elenco'
  },
  phase: {
    queued: 'aspetta il suo turno',
    seeking: 'aspetta qualcuno che ce l’ha',
    listing: 'chiede che cosa c’è',
    checking: 'controlla quello che c’è',
    fetching: 'scarica',
    copying: 'copia',
    placing: 'conclude'
  },
  details: {
    back: 'Tutti i contenuti',
    title: 'Dettagli',
    size: 'Dimensione',
    type: 'Tipo',
    id: 'Id del contenuto',
    here: 'Su questo nodo',
    faulty: 'La tua copia è cambiata e non viene più offerta. Scaricala di nuovo, o pubblicala da capo:'
  },
  holders: {
    title: 'Chi ce l’ha',
    intro: 'Fra chi è collegato ora. Prima i più vicini.',
    none: 'Nessuno che ce l’abbia è collegato.',
    busy: 'occupato',
    share: 'Quanto ne ha {{name}}'
  },
  files: {
    title: 'File',
    name: 'Nome',
    more_one: '… e {{count}} altro',
    more_other: '… e altri {{count}}'
  },
  missing: {
    title: 'Qui non c’è',
    body: 'Forse chi l’ha pubblicato l’ha ritirato, o non è ancora arrivato.'
  },
  withdraw: {
    open: 'Ritira',
    title: 'Ritirare {{name}}?',
    body: 'Sparisce dal gruppo e non viene più offerto. Le copie che gli altri hanno restano loro.'
  },
  discard: {
    kept: {
      open: 'Elimina la copia qui',
      title: 'Eliminare la copia di {{name}}?',
      body: 'Fa spazio su questo nodo, e il gruppo lo prende dagli altri. Se nessun altro ce l’ha, è perso.'
    },
    own: {
      open: 'Non offrirlo più',
      title: 'Non offrire più {{name}}?',
      body: 'Il tuo file o la tua cartella resta dov’è. Il gruppo lo prende dagli altri, se ce l’hanno.'
    }
  }
}
