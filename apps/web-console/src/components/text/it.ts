import type { TextLike } from '../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  copy: 'Copia {{what}}',
  copied: 'Copiato',
  timeOff: 'Quest’ora non dice nulla: l’orologio di chi ha scritto era sbagliato',
  online: 'in linea',
  offline: 'non in linea',
  notConnected: 'non collegato direttamente',
  you: 'tu',
  unnamed: 'Persona sconosciuta',
  retry: 'Riprova',
  request: 'Richiesta {{id}}',
  close: 'Chiudi',
  cancel: 'Annulla',
  group: 'Gruppo',
  noGroups: {
    title: 'Ancora nessun gruppo',
    body: 'Qui tutto si condivide in un gruppo: fondane uno, o entra in uno con un collegamento d’invito.',
    action: 'Vai ai gruppi'
  },
  seen: 'visto',
  presence: {
    online: 'in linea',
    'on-the-phone': 'al telefono',
    busy: 'occupato',
    idle: 'inattivo',
    'be-right-back': 'torno subito',
    away: 'assente',
    'out-to-lunch': 'a pranzo',
    offline: 'non in linea'
  },
  loading: 'Caricamento'
}
