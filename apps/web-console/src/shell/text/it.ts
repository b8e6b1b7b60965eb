import type { TextLike } from '../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  nav: {
    label: 'Aree',
    overview: 'Riepilogo',
    groups: 'Gruppi',
    people: 'Persone',
    names: 'Nomi',
    chat: 'Chat',
    workspace: 'Spazio di lavoro',
    content: 'Contenuti',
    compute: 'Calcolo',
    admin: 'Amministrazione',
    settings: 'Impostazioni'
  },
  skip: 'Vai al contenuto',
  openMenu: 'Apri il menu',
  closeMenu: 'Chiudi il menu',
  goTo: 'Vai a…',
  palette: {
    title: 'Vai a',
    placeholder: 'Un’area, un gruppo, un’azione, o parole da cercare',
    find: 'Cerca “{{words}}” dappertutto',
    search: 'Cerca dappertutto',
    areas: 'Area',
    groups: 'Gruppo',
    actions: 'Azione',
    newGroup: 'Crea un gruppo',
    joinGroup: 'Entra in un gruppo con un collegamento',
    newWorkspace: 'Crea uno spazio di lavoro',
    addContact: 'Aggiungi un contatto',
    myCard: 'Mostra il mio biglietto',
    invite: 'Invita qualcuno a un’attività',
    show: 'Mostra qualcosa agli altri',
    near: 'Guarda chi è vicino',
    storage: 'Archivio, controllo e copia di riserva',
    linkDevice: 'Collega un dispositivo',
    key: 'La mia chiave e il recupero',
    light: 'Colori chiari',
    dark: 'Colori scuri',
    auto: 'Colori del sistema'
  },
  silent: {
    title: 'Il nodo non risponde',
    body: 'Avvialo con “borgo start”. Questa pagina riprende da sola.'
  },
  notFound: {
    title: 'Pagina inesistente',
    body: 'L’indirizzo può essere vecchio o scritto male.',
    action: 'Vai al riepilogo'
  },
  broken: {
    title: 'Questa pagina si è rotta',
    action: 'Ricarica'
  },
  changePresence: 'Di’ come stai',
  waiting: '{{count}} nuovi',
  neighbours_zero: 'Nessun vicino collegato',
  neighbours_one: '{{count}} vicino collegato',
  neighbours_other: '{{count}} vicini collegati'
}
