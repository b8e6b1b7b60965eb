import type { TextLike } from '../../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  title: 'In vista',
  intro:
    'Piccole cose che le persone si mostrano mentre sono connesse: una foto, la parola del giorno, lo stato di una partita.',
  to: 'per {{whom}}',
  shown: 'mostrato',
  expires: 'scade',
  picture: 'Immagine {{id}}',
  save: 'Salva',
  scope: {
    contacts: 'i tuoi contatti',
    link: 'le persone sulla stessa rete',
    all: 'chiunque sia connesso',
    group: 'il gruppo {{name}}',
    person: 'solo {{name}}',
    gone: 'un gruppo in cui non sei più'
  },
  own: {
    title: 'Ciò che mostri',
    intro: 'Da questo dispositivo, finché scade o lo ritiri.',
    empty: 'Non mostri nulla. Scegli “Mostra qualcosa”, per esempio ciò che leggi.',
    change: 'Cambia',
    changeName: 'Cambia {{id}}',
    withdraw: 'Ritira',
    withdrawName: 'Ritira {{id}}',
    withdrawTitle: 'Ritirare {{id}}?',
    withdrawBody: 'Gli altri non lo vedono più, e questo nodo lo dimentica. Ciò che qualcuno ha copiato gli resta.'
  },
  publish: {
    open: 'Mostra qualcosa',
    id: 'Nome',
    idHint: 'Prende il posto di ciò che mostri con lo stesso nome.',
    example: 'umore',
    badLabel: 'Al massimo 64 caratteri senza spazi né accenti.',
    kind: 'Che cos’è',
    text: 'Testo',
    file: 'File',
    fileHint: 'Al massimo 16 KiB. Condividi i più grandi in “Contenuti”.',
    choose: 'Scegli un file',
    keep: 'Com’è; scegline un altro',
    clear: 'Nessun file',
    tooLarge: 'Al massimo 16 KiB.',
    type: 'Tipo',
    typeHint: 'Con cui lo trovano i programmi.',
    to: 'Chi lo vede',
    life: 'Per quanto',
    forGood: 'Finché lo ritiro',
    asNow: 'Com’è ora',
    submit: 'Mostralo'
  },
  apps: {
    title: 'I tuoi programmi',
    intro: 'A che cosa gli altri possono invitarti.',
    empty: 'Non ne hai ancora aggiunti.',
    add: 'Aggiungi un programma',
    remove: 'Togli',
    removeName: 'Togli {{name}}',
    until: 'I programmi lo dicono da sé. Ciò che aggiungi qui vale finché il nodo si ferma.',
    name: 'Nome',
    id: 'Identificatore',
    idHint: 'Lo stesso per tutti quelli che ce l’hanno, come “chess”.',
    capabilities: 'Che cosa sa fare',
    capabilitiesHint: 'Per i programmi, come “play/1”; Invio ne aggiunge uno.',
    submit: 'Di’ che ce l’ho',
    theirs: 'Invita a:',
    invite: 'Invita {{name}} a {{app}}'
  },
  seen: {
    title: 'Ciò che gli altri ti mostrano',
    intro: 'Di chi è connesso adesso.',
    of: 'Ciò che mostra {{name}}',
    self: 'Tu, su un altro dispositivo',
    empty: 'Nessuno di quelli connessi ti mostra qualcosa. I contatti vedono ciò che mostri loro: comincia tu.'
  }
}
