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
    alone: 'Per ora ci sei solo tu. Crea un invito e mandalo a qualcuno.'
  },
  invite: {
    open: 'Invita',
    title: 'Invita in {{name}}',
    role: 'Entra come',
    uses: 'Quante persone possono usarlo',
    expiry: 'Valido per',
    hour: '1 ora',
    day: '1 giorno',
    week: '7 giorni',
    month: '30 giorni',
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
    expires: 'scade',
    elsewhere: 'Creato su un altro dispositivo: il collegamento si trova lì.'
  }
}
