import { readFile, writeFile } from 'node:fs/promises'
import type { Contact } from '@borgo/api'
import type { Command } from 'commander'
import { action } from './cli.ts'
import { confirm } from './confirm.ts'
import { findContact } from './find-contact.ts'
import { presenceText } from './presence.ts'
import { printable } from './printable.ts'
import { qrCode } from './qr-code.ts'
import { list, table } from './table.ts'

const CONTACT = ['<contact>', 'a nickname, name or account'] as const

export function contactCommands(program: Command): void {
  const contact = program.command('contact').description('the people you know: cards, requests, nicknames, blocks')
  contact
    .command('list', { isDefault: true })
    .description('show them, who asks, and who is blocked')
    .action(action(async ({ client, signal, show }) => show(await client.contacts.list({ signal }), contactsText)))
  contact
    .command('card')
    .description('print your card: who has it can ask you to become a contact')
    .option('--qr', 'print a QR code too')
    .action(
      action(async ({ client, note, signal, show }, { qr }: { qr?: boolean }) => {
        const card = await client.contacts.card({ signal })
        if (qr) note(await qrCode(card.link))
        show(card, ({ link }) => link)
      })
    )
  contact
    .command('add')
    .description('ask somebody to become a contact; they hear of it as soon as they can be reached')
    .argument('<card>', 'borgo:contact/…, or the account of who is connected or shares a group')
    .action(
      action(async ({ client, signal, show }, who: string) =>
        show(await client.contacts.add({ body: { who }, signal }), ({ name, state }) =>
          state === 'contact' ? `${printable(name)} is a contact` : `${printable(name)} is asked`
        )
      )
    )
  answerCommands(contact)
  knowledgeCommands(contact)
  endCommands(contact)
  fileCommands(contact)
}

function answerCommands(contact: Command): void {
  contact
    .command('accept')
    .description('say yes to somebody who asks')
    .argument(...CONTACT)
    .action(
      action(async ({ client, signal, show }, who: string) => {
        const { account } = await findContact(client, who, signal)
        show(
          await client.contacts.accept({ params: { account }, signal }),
          ({ name }) => `${printable(name)} is a contact`
        )
      })
    )
  contact
    .command('decline')
    .description('say no to somebody who asks')
    .argument(...CONTACT)
    .action(
      action(async ({ client, signal, show }, who: string) => {
        const { account, name } = await findContact(client, who, signal)
        await client.contacts.decline({ params: { account }, signal })
        show({ declined: account }, () => `${printable(name)} is declined`)
      })
    )
}

function knowledgeCommands(contact: Command): void {
  contact
    .command('verify')
    .description('show the words that both of you see; with --same, note that you compared them')
    .argument(...CONTACT)
    .option('--same', 'you both see the same words')
    .option('--not', 'you do not, or no longer trust that')
    .action(
      action(async ({ client, signal, show }, who: string, { same, not }: { same?: boolean; not?: boolean }) => {
        const found = await findContact(client, who, signal)
        const params = { account: found.account }
        const verified = same ? true : not ? false : undefined
        const now = verified === undefined ? found : await client.contacts.edit({ params, body: { verified }, signal })
        show(now, verifyText)
      })
    )
  contact
    .command('nickname')
    .description('call a contact by a name of your own')
    .argument(...CONTACT)
    .argument('[nickname]', 'none, to call them as they call themselves', '')
    .action(
      action(async ({ client, signal, show }, who: string, nickname: string) => {
        const { account } = await findContact(client, who, signal)
        const changed = await client.contacts.edit({ params: { account }, body: { nickname }, signal })
        show(changed, ({ name }) => `${printable(name)} is called ${printable(nickname || name)}`)
      })
    )
  contact
    .command('note')
    .description('write something about a contact, for yourself alone')
    .argument(...CONTACT)
    .argument('<text>')
    .action(
      action(async ({ client, signal, show }, who: string, note: string) => {
        const { account } = await findContact(client, who, signal)
        show(await client.contacts.edit({ params: { account }, body: { note }, signal }), () => 'noted')
      })
    )
}

function endCommands(contact: Command): void {
  contact
    .command('block')
    .description('hang up on somebody, and show and hear nothing from now on; they are not told')
    .argument(...CONTACT)
    .action(
      action(async ({ client, signal, show }, who: string) => {
        // Anybody can be blocked, not only who is known.
        const account = who.startsWith('z6Mk') ? who : (await findContact(client, who, signal)).account
        await client.contacts.block({ params: { account }, signal })
        show({ blocked: account }, () => `${who} is blocked`)
      })
    )
  contact
    .command('unblock')
    .description('end a block')
    .argument(...CONTACT)
    .action(
      action(async ({ client, signal, show }, who: string) => {
        const { account } = await findContact(client, who, signal)
        await client.contacts.unblock({ params: { account }, signal })
        show({ unblocked: account }, () => `${who} is not blocked any more`)
      })
    )
  contact
    .command('remove')
    .description('forget a contact, or take a request back; the conversation of the two stays')
    .argument(...CONTACT)
    .option('--yes', 'do not ask')
    .action(
      action(async ({ client, signal, show }, who: string, { yes }: { yes?: boolean }) => {
        const { account, name } = await findContact(client, who, signal)
        await confirm(`${printable(name)}, with nickname and note, will be forgotten.`, { yes, signal })
        await client.contacts.remove({ params: { account }, signal })
        show({ removed: account }, () => `${printable(name)} is forgotten`)
      })
    )
}

function fileCommands(contact: Command): void {
  contact
    .command('export')
    .description('write all contacts into a file')
    .argument('<file>', 'a new file')
    .action(
      action(async ({ client, signal, show }, file: string) => {
        const answer = await client.contacts.export({ signal })
        await writeFile(file, await answer.text(), { flag: 'wx', mode: 0o600 })
        show({ file }, () => file)
      })
    )
  contact
    .command('import')
    .description('take in such a file: who is new is asked to become a contact')
    .argument('<file>')
    .action(
      action(async ({ client, signal, show }, file: string) => {
        const body = Uint8Array.from(await readFile(file))
        show(
          await client.contacts.import({ body, signal }),
          ({ added, known }) => `${added} new, ${known} known already`
        )
      })
    )
}

const STATES: Record<Contact['state'], string> = {
  asking: 'is asked',
  asked: 'asks you',
  declined: 'declined',
  contact: 'contact',
  none: ''
}

function contactsText(contacts: Contact[]): string {
  if (contacts.length === 0) return 'nobody yet: give away your card (`borgo contact card`), or add one'
  return table(
    ['name', 'nickname', 'state', 'verified', 'presence', 'account', 'note'],
    contacts.map(({ account, blocked, name, nickname = '', note, presence, state, verified }) => [
      printable(name),
      printable(nickname),
      [STATES[state], blocked ? 'blocked' : ''].filter(Boolean).join(', '),
      verified ? 'yes' : '',
      state === 'contact' ? presenceText(presence) : '',
      account,
      printable(note).slice(0, 40)
    ])
  )
}

function verifyText({ name, verified, words }: Contact): string {
  const rows = [0, 4, 8].map(at => words.slice(at, at + 4).join(' '))
  return list([
    ['contact', printable(name)],
    ['words', rows[0] ?? ''],
    ['', rows[1] ?? ''],
    ['', rows[2] ?? ''],
    ['verified', verified ? 'yes' : 'no: read the words to each other, then say --same']
  ])
}
