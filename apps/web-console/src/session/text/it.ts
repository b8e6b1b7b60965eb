import type { TextLike } from '../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  title: 'Accedi',
  intro: 'Questa console si apre con un collegamento monouso dalla macchina su cui gira il nodo. Non c’è password.',
  step: {
    run: 'In un terminale su quella macchina, esegui:',
    open: 'Apri il collegamento che appare. Funziona una volta sola, per dieci minuti.'
  },
  command: 'il comando',
  why: 'Chi può usare quel terminale sei tu; nessun altro sulla rete può entrare tirando a indovinare.'
}
