import type { TextLike } from '../../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  title: 'Cerca',
  intro: 'Tra messaggi, interventi, titoli e nomi, in ciò che è su questo nodo. Nessun altro sa che cosa cerchi.',
  label: 'Parole',
  placeholder: 'Tutte queste parole; "più parole tra virgolette" stanno insieme',
  kind: 'Che cosa',
  all: 'Tutto',
  group: 'In',
  allGroups: 'Tutti i gruppi',
  found: 'Trovati',
  none: 'Su questo nodo non c’è nulla con tutte queste parole.',
  more: 'Mostra altro',
  kinds: {
    message: 'Messaggi',
    thread: 'Discussioni',
    post: 'Interventi',
    workspace: 'Spazi di lavoro',
    document: 'Documenti, per titolo',
    content: 'File e cartelle, per nome'
  },
  is: {
    message: 'Messaggio',
    thread: 'Discussione',
    post: 'Intervento',
    workspace: 'Spazio di lavoro',
    document: 'Documento',
    content: 'File o cartella'
  },
  by: '{{author}} in {{group}}'
}
