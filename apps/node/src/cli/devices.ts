import type { Device, DeviceLink, Linking } from '@borgo/api'
import type { Command } from 'commander'
import { nodeError } from '../errors.ts'
import { action } from './cli.ts'
import { confirm } from './confirm.ts'
import { findDevice } from './find-device.ts'
import { compareWords, linked, whileLinking } from './follow-linking.ts'
import { printable } from './printable.ts'
import { qrCode } from './qr-code.ts'
import { readSecrets } from './secrets.ts'
import { STOPPED_TEXT } from './stopped-text.ts'
import { formatTime, list, table } from './table.ts'
import { duration } from './values.ts'

const DEVICE = ['<device>', 'by name or id'] as const

export function deviceCommands(program: Command): void {
  const device = program.command('device').description('your devices: link, name, lock out')
  device
    .command('list', { isDefault: true })
    .description('show them, and which are connected')
    .action(action(async ({ client, signal, show }) => show(await client.devices.list({ signal }), devicesText)))
  device
    .command('rename')
    .description('name a device; only your devices see it')
    .argument(...DEVICE)
    .argument('<name>')
    .action(
      action(async ({ client, signal, show }, which: string, label: string) => {
        const { device: id } = await findDevice(client, which, signal)
        show(await client.devices.rename({ params: { device: id }, body: { label }, signal }), one =>
          printable(one.label)
        )
      })
    )
  device
    .command('revoke')
    .description('lock a lost device out of everything, and whoever has the keys that were in it')
    .argument(...DEVICE)
    .option('--yes', 'do not ask')
    .action(
      action(async ({ client, note, signal, show }, which: string, { yes }: { yes?: boolean }) => {
        const { device: id, label } = await findDevice(client, which, signal)
        await confirm(`${printable(label)} will be locked out of all groups.`, { yes, signal })
        const done = await client.devices.revoke({ params: { device: id }, signal })
        for (const { name, reason } of done.failed) note(`still in ${printable(name)}: ${reason}`)
        show(done, ({ groups }) => `${printable(label)} is locked out of ${groups} groups`)
      })
    )
  linkingCommands(device)
}

function linkingCommands(device: Command): void {
  device
    .command('link')
    .description(
      'make a link for a new device, and wait until it comes; without a terminal or with --json, only make it'
    )
    .option('--expires <duration>', 'how long it is good for, 1m to 60m', duration)
    .option('--qr', 'print a QR code too')
    .action(
      action(async (context, { expires, qr }: { expires?: number; qr?: boolean }) => {
        const { client, json, note, signal, show } = context
        const offer = await client.devices.offer({
          body: expires === undefined ? {} : { expiresInMs: expires },
          signal
        })
        if (qr) note(await qrCode(offer.link))
        show(offer, linkText)
        if (json || !process.stdin.isTTY) return
        note('\nRun `borgo device join` on the new device, with a link or code from above; waiting for it…')
        const state = await whileLinking(client, ['offered'], signal)
        if (state.phase !== 'comparing') throw nodeError('NOT_LINKED', 'the link was taken back')
        await compareWords(context, state)
        await linked(context, 'giver')
        note(`${printable(state.other)} is a device of yours`)
      })
    )
  device
    .command('join')
    .description('on a new node: become a device of whoever made a link')
    .argument('[-]', 'the link or code is typed when asked for, or read from stdin: other users see a command line')
    .option('--name <name>', 'what this device is to be called; everybody it meets can read it')
    .action(
      action(async (context, given: string | undefined, { name }: { name?: string }) => {
        const { client, json, note, signal, show } = context
        if (given !== undefined && given !== '-')
          throw nodeError(
            'USAGE',
            'other users see a command line: leave the link out, and type it when asked or pipe it'
          )
        const [link = ''] = await readSecrets(['link or code'], signal)
        const body = { link, ...(name !== undefined && { label: name }) }
        const state = await client.devices.open({ body, signal })
        if (state.phase !== 'comparing') throw nodeError('NOT_LINKED', 'the other device ended it')
        if (json || !process.stdin.isTTY) {
          show(state, linkingText)
          return
        }
        await compareWords(context, state)
        note('waiting until the other device agrees…')
        show(await linked(context, 'joiner'), () => `this is a device of ${printable(state.other)} now`)
      })
    )
  device
    .command('confirm')
    .description('show the words that both devices have to show; with --same, note that they do')
    .option('--same', 'both show the same words')
    .option('--differ', 'they show other words: somebody may stand between')
    .option('--cancel', 'end it, or take the link back')
    .action(
      action(async (context, { same, differ, cancel }: { same?: boolean; differ?: boolean; cancel?: boolean }) => {
        const { client, note, signal, show } = context
        if (differ || cancel) {
          await client.devices.cancel({ query: { wordsDiffer: differ ?? false }, signal })
          show({ phase: 'none' } satisfies Linking, () => 'ended; nothing was passed on')
          return
        }
        const state = await client.devices.linking({ signal })
        if (!same || state.phase !== 'comparing') {
          show(state, linkingText)
          return
        }
        await client.devices.confirm({ signal })
        note('waiting until the other device agrees…')
        show(await linked(context, state.role), linkingText)
      })
    )
}

function devicesText(devices: Device[]): string {
  return devicesTable(devices) + (devices.some(({ stoppedIn }) => stoppedIn > 0) ? `\n\n${STOPPED_TEXT}` : '')
}

function devicesTable(devices: Device[]): string {
  return table(
    ['name', 'here', 'last seen', 'since', 'groups', 'device'],
    devices.map(({ certifiedAt, device, groups, isThis, label, lastSeenAt, online, stoppedIn }) => [
      printable(label),
      isThis ? 'this one' : online ? 'connected' : '',
      lastSeenAt === undefined ? 'never' : formatTime(lastSeenAt),
      formatTime(certifiedAt),
      stoppedIn > 0 ? `${groups} (stopped in ${stoppedIn})` : String(groups),
      device
    ])
  )
}

function linkText({ code, expiresAt, link }: DeviceLink): string {
  return list([
    ['link', link],
    ['code', `${code} (when the two nodes are connected already)`],
    ['until', formatTime(expiresAt)]
  ])
}

function linkingText(state: Linking): string {
  switch (state.phase) {
    case 'none':
      return 'nothing is being linked'
    case 'offered':
      return `a link waits to be opened until ${formatTime(state.expiresAt)}`
    case 'comparing':
      return list([
        ['with', printable(state.other)],
        ['words', state.words.join('  ')],
        ['next', state.isAgreed ? 'confirm on the other device' : 'when both show these words: --same; else --differ']
      ])
    case 'linked':
      return state.role === 'giver' ? `linked: ${state.device}` : 'linked: this node is a device of that person now'
    case 'failed':
      return `not linked: ${state.reason}`
  }
}
