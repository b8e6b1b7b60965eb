import type { TextLike } from '../../i18n/text.ts'
import type { text as en } from './en.ts'

export const text: TextLike<typeof en> = {
  NO_ANSWER: {
    what: 'Il nodo non risponde',
    help: 'Forse si è fermato. Avvialo con “borgo start”; questa pagina riprende da sola.'
  },
  UNEXPECTED: {
    what: 'Qualcosa in questa pagina è andato storto',
    help: 'Ricarica la pagina. Sul nodo non si è perso nulla.'
  },
  OTHER: { what: 'Non ha funzionato ({{code}})', help: '' },
  BAD_ANSWER: {
    what: 'Ha risposto qualcun altro',
    help: 'A questo indirizzo non c’è un nodo Borgo, oppure c’è un proxy di mezzo.'
  },
  VALIDATION: { what: 'Il nodo non ha accettato i dati inseriti', help: 'Controlla i campi e riprova.' },
  BAD_REQUEST: {
    what: 'Il nodo non ha capito la richiesta',
    help: 'Ricarica la pagina: forse è di un’altra versione.'
  },
  UNAUTHENTICATED: { what: 'Non hai più l’accesso', help: 'Esegui “borgo open” per un nuovo collegamento.' },
  LINK_UNKNOWN: {
    what: 'Questo collegamento non funziona più',
    help: 'Un collegamento vale una volta sola e per dieci minuti. Esegui “borgo open” per averne uno nuovo.'
  },
  FORBIDDEN: {
    what: 'Non ti è permesso',
    help: 'Serve un altro ruolo in questo gruppo. Un proprietario può assegnartelo.'
  },
  NOT_FOUND: { what: 'Non c’è', help: 'Forse è stato rimosso. Torna indietro e guarda di nuovo.' },
  METHOD_NOT_ALLOWED: { what: 'Il nodo non può farlo', help: 'Ricarica la pagina: forse è di un’altra versione.' },
  TIMEOUT: { what: 'Ci ha messo troppo', help: 'L’altro lato può essere occupato o lontano. Riprova.' },
  TOO_LARGE: { what: 'È troppo grande', help: 'Riducilo, oppure condividilo come file.' },
  UNSUPPORTED_MEDIA_TYPE: {
    what: 'Il nodo non sa leggerlo',
    help: 'Ricarica la pagina: forse è di un’altra versione.'
  },
  WRONG_HOST: {
    what: 'Il nodo non risponde a questo nome',
    help: 'Aprilo con l’indirizzo mostrato da “borgo open”, o aggiungi il nome alle sue impostazioni.'
  },
  RATE_LIMITED: { what: 'Troppe richieste', help: 'Aspetta un minuto e riprova.' },
  INTERNAL: { what: 'Il nodo ha commesso un errore', help: 'Il registro dice di più: “borgo logs”. Riprova.' },
  BUSY: { what: 'Il nodo è occupato', help: 'Riprova tra un momento.' },
  PLUGIN_STOPPED: {
    what: 'Questa parte del nodo non è in funzione',
    help: 'Avviala in “Amministrazione”, o con “borgo plugin start”.'
  },
  PLUGIN_UNKNOWN: { what: 'Il nodo non ha una parte così', help: '“borgo plugin list” mostra quelle che ha.' },
  PLUGIN_NEEDED: { what: 'Un’altra parte ha bisogno di questa', help: 'Ferma prima quella.' },
  STOPPED: { what: 'Il nodo si sta fermando', help: 'Riavvialo con “borgo start”.' },
  DEVICE_STOPPED: {
    what: 'Ciò che questo dispositivo scrive qui non conta più',
    help: 'I suoi dati sono stati copiati, e usati in due posti. “borgo backup” e “borgo restore” ne fanno un dispositivo nuovo che va avanti; oppure escludilo da un altro tuo dispositivo e collegalo di nuovo.'
  },
  DISK_FULL: {
    what: 'Il disco è pieno',
    help: 'Libera spazio sulla macchina del nodo; ciò che è già salvato non si perde.'
  },
  QUOTA_EXCEEDED: {
    what: 'Non c’è più spazio per questo',
    help: 'Alza il limite di spazio in “Amministrazione”, di questo gruppo, dei suoi membri o della parte che scrive.'
  },
  STORAGE_LIMIT: {
    what: 'Non sta nel limite di spazio',
    help: 'Ciò che è qui non si perde. Rinuncia a copie che non servono, o alza il limite in “Amministrazione”; poi prosegui.'
  },
  FOLDER_NOT_EMPTY: {
    what: 'In quella cartella c’è già qualcosa',
    help: 'Scegli una cartella vuota, o una che ancora non esiste.'
  },
  FOLDER_READ_ONLY: {
    what: 'Il nodo non può scrivere lì',
    help: 'Scegli un’altra cartella, o permetti al suo utente di scriverci.'
  },
  BAD_BACKUP: {
    what: 'Questa copia di sicurezza non è intera',
    help: 'Copiala di nuovo con tutti i suoi file, o prendine una precedente.'
  },
  RELATIVE_PATH: {
    what: 'Il percorso deve essere completo',
    help: 'Comincialo con “/”: il nodo non sa in quale cartella ti trovi.'
  },
  GROUP_UNKNOWN: { what: 'Questo nodo non è in quel gruppo', help: 'Entra con un collegamento d’invito.' },
  MEMBER_UNKNOWN: { what: 'Non c’è questo membro', help: 'L’elenco può essere cambiato: guarda di nuovo.' },
  BAD_ID: { what: 'Non è un identificativo valido', help: 'Copialo di nuovo, per intero.' },
  BAD_INVITATION: {
    what: 'Questo invito non è valido',
    help: 'Copialo di nuovo, per intero: comincia con “borgo:join/”. Se non basta, chiedine uno nuovo.'
  },
  INVITATION_EXPIRED: { what: 'Questo invito è scaduto', help: 'Chiedine uno nuovo a chi te l’ha mandato.' },
  INVITATION_USED_UP: { what: 'Questo invito è esaurito', help: 'Chiedine uno nuovo a chi te l’ha mandato.' },
  APPROVAL_PENDING: {
    what: 'Un amministratore deve farti entrare',
    help: 'Questo nodo continua a chiedere da solo; il gruppo appare qui appena qualcuno accetta.'
  },
  APPROVAL_DECLINED: {
    what: 'Un amministratore ha rifiutato',
    help: 'Parlane con chi ti ha invitato e chiedi un nuovo invito.'
  },
  PETITION_UNKNOWN: {
    what: 'Nessuno aspetta più con questo nome',
    help: 'Forse ha già risposto un altro amministratore.'
  },
  REMOVED: { what: 'Sei stato rimosso da questo gruppo', help: 'Solo un invito a tuo nome ti fa rientrare.' },
  UNREACHABLE: {
    what: 'Nessuno è raggiungibile',
    help: 'Almeno un membro dev’essere acceso e raggiungibile da qui. Controlla di essere sulla stessa rete e riprova.'
  },
  BAD_CARD: {
    what: 'Questo non è un biglietto da visita',
    help: 'Copialo di nuovo per intero: comincia con “borgo:contact/”.'
  },
  BAD_CONTACTS: {
    what: 'Questo file non contiene contatti',
    help: 'Scegline uno salvato da “Contatti” e, se viene da altrove, copialo di nuovo per intero.'
  },
  CONTACT_UNKNOWN: {
    what: 'Non c’è un contatto così',
    help: 'Può essere stato tolto da un altro tuo dispositivo.'
  },
  ACTIVITY_OVER: {
    what: 'Questo invito è finito',
    help: 'Ha avuto risposta, è stato ritirato o è scaduto. Invita di nuovo.'
  },
  ACTIVITY_UNKNOWN: { what: 'Qui non c’è un invito così', help: 'Può essere scaduto. Invita di nuovo.' },
  BAD_BUDGET: {
    what: 'Un limite così non può esserci',
    help: 'Indica un numero intero, abbastanza grande da far passare qualcosa.'
  },
  BAD_SCHEDULE: {
    what: 'Questo non è un orario della settimana',
    help: 'Scrivilo come “mon-fri 22:00-06:00”; se sono più d’uno, separali con virgole.'
  },
  NOT_SHUT_OUT: {
    what: 'Lì non è tenuto fuori nessuno',
    help: 'Il tempo può essere finito, o qualcuno l’ha riammesso: guarda di nuovo.'
  },
  BUDGET_UNKNOWN: { what: 'Non c’è un limite così', help: 'Può essere stato tolto: guarda di nuovo.' },
  OVER_BUDGET: { what: 'Il limite per questo è esaurito', help: 'Aspetta, o alza il limite.' },
  BAD_PEER_NAME: {
    what: 'Un nome così non può esserci',
    help: 'Un’etichetta ha da 1 a 64 caratteri visibili e nessuna barra; un nome intero è un account, una barra e un’etichetta.'
  },
  NAME_UNKNOWN: {
    what: 'Questo dispositivo non ha un nome così in quel luogo',
    help: 'Può essere stato ritirato nel frattempo, o stare in un altro luogo.'
  },
  TOO_MANY_NAMES: {
    what: 'Questo dispositivo ha già tutti i nomi che può avere',
    help: 'Possono essere 256: ritirane uno che non serve più.'
  },
  OBJECT_UNKNOWN: { what: 'Non mostri nulla con questo nome', help: 'Può essere scaduto o ritirato.' },
  ACCOUNT_IN_USE: {
    what: 'Questo nodo è già qualcuno',
    help: 'È in gruppi o ha contatti. Per questo avviane uno nuovo: “borgo start --data” con una cartella vuota.'
  },
  BAD_DEVICE_LINK: {
    what: 'Questo non è un collegamento per un nuovo dispositivo',
    help: 'Copialo di nuovo per intero: comincia con “borgo:link/”.'
  },
  DEVICE_LINK_EXPIRED: { what: 'Questo collegamento è scaduto', help: 'Creane uno nuovo sull’altro dispositivo.' },
  DEVICE_LINK_USED: { what: 'Questo collegamento è già stato usato', help: 'Creane uno nuovo sull’altro dispositivo.' },
  DEVICE_UNKNOWN: { what: 'Non hai un dispositivo così', help: 'Può essere stato escluso: guarda di nuovo.' },
  LINKING_CANCELLED: {
    what: 'Il collegamento è stato interrotto su uno dei dispositivi',
    help: 'Ricomincia con un nuovo collegamento.'
  },
  NO_LINKING: { what: 'Nessun collegamento è in corso', help: 'Ricomincia con un nuovo collegamento.' },
  STREAM_RESET: { what: 'La connessione si è interrotta', help: 'Ricomincia con un nuovo collegamento.' },
  WORDS_DIFFER: {
    what: 'Le parole non erano le stesse',
    help: 'Qualcuno può essersi messo in mezzo. Ricomincia con un nuovo collegamento, su una rete di cui ti fidi.'
  },
  BAD_PASSPHRASE: {
    what: 'La frase segreta non è quella',
    help: 'Attenzione a maiuscole e lingua della tastiera, e riprova.'
  },
  BAD_RECOVERY: {
    what: 'Con questo non si recupera un profilo',
    help: 'Controlla ognuna delle 24 parole e il loro ordine, o prendi di nuovo il file, per intero.'
  },
  CONVERSATION_UNKNOWN: { what: 'Qui non c’è quella conversazione', help: 'Forse è su un altro tuo nodo.' },
  MESSAGE_UNKNOWN: { what: 'Quel messaggio non è qui', help: 'Forse non è ancora arrivato. Riprova tra un momento.' },
  PERSON_UNKNOWN: { what: 'Nessuno dei tuoi gruppi ha questa persona', help: 'Prima invitala in un gruppo.' },
  BAD_TEXT: {
    what: 'Questo testo non va bene',
    help: 'Non può essere vuoto, né più lungo di quanto permette il campo.'
  },
  WORKSPACE_UNKNOWN: {
    what: 'Qui non c’è quello spazio di lavoro',
    help: 'Forse non è ancora arrivato. Riprova tra un momento.'
  },
  DOCUMENT_UNKNOWN: { what: 'Quel documento non è qui', help: 'Forse non è ancora arrivato. Riprova tra un momento.' },
  THREAD_UNKNOWN: {
    what: 'Quella discussione non è qui',
    help: 'Forse non è ancora arrivata. Riprova tra un momento.'
  },
  POST_UNKNOWN: { what: 'Quell’intervento non è qui', help: 'Forse non è ancora arrivato, o l’autore l’ha ritirato.' },
  NOT_AUTHOR: { what: 'L’intervento è di un’altra persona', help: 'Solo chi l’ha scritto può cambiarlo o ritirarlo.' },
  SESSIONS_USED_UP: {
    what: 'Questo dispositivo ha aperto il documento troppe volte',
    help: 'Copia il testo in un documento nuovo e continua lì.'
  },
  JOB_UNKNOWN: { what: 'Qui non c’è questo compito', help: 'Forse non è ancora arrivato. Riprova tra un momento.' },
  BAD_JOB: { what: 'Un compito così non può girare', help: 'Controlla l’intervallo e le dimensioni.' },
  RESULT_ELSEWHERE: {
    what: 'Il risultato è su un altro nodo',
    help: 'Lo tiene il nodo che ha cominciato il compito, e solo lì lo si può annullare.'
  },
  PART_UNKNOWN: { what: 'Questa parte non è arrivata', help: 'Forse è ancora in corso. Riprova tra un momento.' },
  MODULE_UNKNOWN: { what: 'Il nodo non ha più questo modulo', help: 'Dagli di nuovo il file.' },
  MODULE_NOT_WASM: { what: 'Non è un modulo WebAssembly', help: 'Scegli un file .wasm.' },
  MODULE_TOO_LARGE: {
    what: 'Il modulo è troppo grande',
    help: 'Al massimo 16 MiB: compilalo badando alle dimensioni.'
  },
  MODULE_MALFORMED: { what: 'Il modulo è danneggiato', help: 'Compilalo o copialo di nuovo.' },
  MODULE_IMPORT: {
    what: 'Il modulo vuole qualcosa che non riceve',
    help: 'Può importare solo la memoria env.memory: niente WASI, nessuna funzione dell’ospite.'
  },
  MODULE_MEMORY: {
    what: 'La memoria del modulo non è come dev’essere',
    help: 'Deve importare env.memory (collega con --import-memory) e non superare il limite.'
  },
  MODULE_TABLE: {
    what: 'La tabella del modulo non è come dev’essere',
    help: 'Una sola, di al massimo 10.000 funzioni.'
  },
  MODULE_INSTRUCTION: {
    what: 'Il modulo usa una funzionalità non ammessa',
    help: 'Compilalo senza thread, SIMD rilassato, eccezioni e tail call: non sono uguali su ogni computer.'
  },
  MODULE_EXPORT: { what: 'Al modulo manca un’esportazione', help: 'Deve esportare run(i64, i64) -> i64.' },
  MODULE_COMPILE: { what: 'Il modulo non si compila', help: 'Il codice non è WebAssembly valido: compilalo di nuovo.' },
  PART_CRASHED: {
    what: 'Il modulo ha fatto cadere il suo processo',
    help: 'Il nodo sta bene. Cerca l’errore nel modulo.'
  },
  PART_MEMORY: { what: 'Al modulo è finita la memoria', help: 'Dagliene di più, o fa’ che gliene serva meno.' },
  PART_TIMEOUT: { what: 'Il modulo ci ha messo troppo', help: 'Dagli più tempo, o rendi le parti più piccole.' },
  SANDBOX_FAILED: {
    what: 'Questo computer non può eseguire moduli',
    help: 'Il processo che li conterrebbe non parte; “borgo logs” dice perché.'
  },
  BAD_CID: { what: 'Non è l’id di un file o di una cartella', help: 'Copialo di nuovo, tutto: comincia con “baf”.' },
  BAD_CONTENT: {
    what: 'L’elenco dei suoi pezzi non è come dev’essere',
    help: 'Chi l’ha pubblicato deve pubblicarlo di nuovo.'
  },
  BAD_NAME: {
    what: 'Questo nome non si può condividere',
    help: 'Deve andare bene su ogni sistema: senza barre, senza punto o spazio alla fine, e non più lungo di 255 byte. Cambialo.'
  },
  CONTENT_UNKNOWN: {
    what: 'Qui non è pubblicato',
    help: 'Forse chi l’ha pubblicato l’ha ritirato, o non è ancora arrivato. Riprova fra un momento.'
  },
  FILE_CHANGED: {
    what: 'Il file è cambiato da quando è stato pubblicato',
    help: 'Pubblicalo di nuovo, così gli altri lo ricevono com’è ora.'
  },
  FILE_MISSING: {
    what: 'Non c’è un file o una cartella così',
    help: 'Controlla il percorso: dev’essere sulla macchina del nodo.'
  },
  NOT_HELD: { what: 'Non è su questo nodo', help: 'Prima scaricalo.' },
  NOT_YOURS: {
    what: 'L’ha pubblicato qualcun altro',
    help: 'Può ritirarlo solo chi l’ha pubblicato, o un amministratore del gruppo.'
  },
  READ_ONLY: { what: 'Lì il nodo non può leggere o scrivere', help: 'Scegli un altro posto, o cambiane i permessi.' },
  TARGET_EXISTS: {
    what: 'C’è già qualcosa con quel nome',
    help: 'Niente viene sovrascritto: scegli un altro nome o posto.'
  },
  TOO_MANY_FILES: {
    what: 'È troppo da condividere in una volta',
    help: 'Al massimo 200.000 file: condividilo a parti o come un solo archivio.'
  },
  TRANSFER_CANCELLED: { what: 'Il trasferimento è stato annullato', help: 'Scaricalo di nuovo, se lo vuoi ancora.' },
  TRANSFER_RUNNING: { what: 'Si sta già scaricando', help: 'Aspetta che finisca, o prima annullalo.' },
  TRANSFER_UNKNOWN: { what: 'Quel trasferimento non c’è', help: 'Forse è stato annullato: guarda di nuovo.' },
  BAD_ADDRESS: {
    what: 'Non è l’indirizzo di un nodo',
    help: 'È fatto così: /ip4/192.0.2.7/tcp/4001/p2p/12D3KooW…; l’altro nodo mostra il suo nel riepilogo.'
  }
}
