import type { TextLike } from '../../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  title: 'Attività',
  intro:
    'Inviti a fare qualcosa insieme: una partita, una chiamata, uno sguardo a un documento. Suonano su tutti i dispositivi dell’altro, e aspettano se non c’è.',
  ringing: 'Inviti',
  invites: '{{name}} ti invita: {{app}}',
  invited: 'hai invitato a “{{app}}”',
  invitedYou: 'ti invita a “{{app}}”,',
  until: 'scade',
  more_one: 'Un altro ({{count}})',
  more_other: 'Altri {{count}}',
  accept: 'Accetta',
  acceptName: 'Accetta {{app}} con {{name}}',
  decline: 'Rifiuta',
  declineName: 'Rifiuta {{app}} con {{name}}',
  cancel: 'Ritira',
  cancelName: 'Ritira {{app}} con {{name}}',
  answer: 'Risposta a parole',
  addData: 'Rispondi anche con dati',
  addDataName: 'Rispondi anche con dati: {{app}} con {{name}}',
  answerDataHint: 'Ciò che il programma dell’altro aspetta. Per lo più niente.',
  later: 'Più tardi',
  laterName: 'Rispondi più tardi: {{app}} con {{name}}',
  accepted: 'Hai accettato “{{app}}” con {{name}}',
  declined: 'Hai rifiutato “{{app}}” con {{name}}',
  youSaid: 'Tu: {{text}}',
  theySaid: 'Risposta: {{text}}',
  data: 'Per cominciare:',
  write: 'Scrivi a {{name}}',
  open: 'Inviti aperti',
  over: 'Inviti passati',
  state: {
    ringing: 'suona',
    accepted: 'accettato',
    declined: 'rifiutato',
    cancelled: 'ritirato',
    expired: 'scaduto'
  },
  ringers: {
    label: 'Di chi squillano gli inviti',
    hint: 'Su tutti i tuoi dispositivi. Quelli degli altri vengono rifiutati senza una parola.',
    groups: 'Dei contatti e dei membri dei miei gruppi',
    contacts: 'Dei miei contatti',
    nobody: 'Di nessuno'
  },
  empty: {
    title: 'Ancora nessun invito',
    body: 'Invita un contatto, o qualcuno dei tuoi gruppi: risponde da qualunque suo dispositivo.'
  },
  invite: {
    open: 'Invita qualcuno',
    title: 'Invita qualcuno',
    who: 'Chi',
    nobody: 'Non conosci ancora nessuno da invitare.',
    nobodyFound: 'Nessuno si chiama così',
    add: 'Aggiungi un contatto',
    app: 'A che cosa',
    appHint: 'Come si chiama il programma. Si propongono quelli che mostra di avere.',
    example: 'scacchi',
    badApp: 'Al massimo 64 caratteri senza spazi né accenti.',
    message: 'Messaggio',
    data: 'Dati per il programma',
    dataHint: 'Ciò che gli serve per cominciare, come un indirizzo. Per lo più niente.',
    tooLong: 'Al massimo 16 KiB.',
    waits: 'Aspetta',
    waitsHint: 'Poi è finito.',
    submit: 'Invita',
    done: 'Invito mandato a {{name}}'
  }
}
