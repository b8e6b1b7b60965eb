import { ROLES, type Group, type Invitation, type Member } from '@borgo/api'
import { Option, type Command } from 'commander'
import { action } from './cli.ts'
import { confirm } from './confirm.ts'
import { findGroup } from './find-group.ts'
import { qrCode } from './qr-code.ts'
import { groupAdminCommands } from './group-admin.ts'
import { groupDataCommands } from './group-data.ts'
import { duration, integer } from './values.ts'
import { printable } from './printable.ts'
import { readStdin } from './stdin.ts'
import { STOPPED_TEXT } from './stopped-text.ts'
import { formatTime, list, table } from './table.ts'

interface InviteOptions {
  role?: Member['role']
  uses?: number
  expires?: number
  approval?: boolean
  for?: string
  qr?: boolean
}

export function groupCommands(program: Command): void {
  const group = program.command('group').description('groups: everything shared is shared in one')
  group
    .command('list', { isDefault: true })
    .description('show the groups of this node')
    .action(action(async ({ client, signal, show }) => show(await client.groups.list({ signal }), groupsText)))
  group
    .command('create')
    .description('found a group')
    .argument('<name>')
    .action(
      action(async ({ client, signal, show }, name: string) =>
        show(await client.groups.create({ body: { name }, signal }), ({ id }) => id)
      )
    )
  group
    .command('show')
    .description('show one group')
    .argument('<group>', 'by name or id')
    .action(
      action(async ({ client, signal, show }, name: string) => show(await findGroup(client, name, signal), groupText))
    )
  group
    .command('members')
    .description('show who is in a group')
    .argument('<group>', 'by name or id')
    .action(
      action(async ({ client, signal, show }, name: string) => {
        const { members } = await findGroup(client, name, signal)
        show(members, membersText)
      })
    )
  group
    .command('invite')
    .description('make a link by which others join; whoever has it can join')
    .argument('<group>', 'by name or id')
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).default('writer'))
    .option('--uses <number>', 'how many people may join with it (default: 1)', integer(1, 10_000))
    .option('--expires <duration>', 'how long it works, such as 30m, 12h or 7d (default: 7d)', duration)
    .option('--approval', 'an admin must accept who asks by it')
    .option('--for <account>', 'only this person may use it')
    .option('--qr', 'print a QR code too')
    .action(
      action(async ({ client, signal, show, note }, name: string, options: InviteOptions) => {
        const { id } = await findGroup(client, name, signal)
        const { role, uses, expires, approval, for: account, qr } = options
        const body = {
          ...(role && { role }),
          ...(uses && { uses }),
          ...(expires && { expiresInMs: expires }),
          ...(approval && { approval }),
          ...(account !== undefined && { account })
        }
        const invitation = await client.groups.invite({ params: { group: id }, body, signal })
        if (qr && invitation.link !== undefined) note(await qrCode(invitation.link))
        show(invitation, ({ link = '' }) => link)
      })
    )
  const invitations = group.command('invitations').description('invitations that can still be used')
  invitations
    .command('list', { isDefault: true })
    .description('show them')
    .argument('<group>', 'by name or id')
    .action(
      action(async ({ client, signal, show }, name: string) => {
        const { id, members } = await findGroup(client, name, signal)
        const open = await client.groups.invitations({ params: { group: id }, signal })
        const contacts = await client.contacts.list({ signal })
        const names = new Map([...contacts, ...members].map(({ account, name: called }) => [account, called]))
        show(open, invitations => invitationsText(invitations, names))
      })
    )
  invitations
    .command('revoke')
    .description('end one, and the requests that came by it')
    .argument('<group>', 'by name or id')
    .argument('<invitation>', 'its id, as the list shows it')
    .option('--yes', 'do not ask')
    .action(
      action(async ({ client, signal, show }, name: string, invitation: string, { yes }: { yes?: boolean }) => {
        const { id, name: called } = await findGroup(client, name, signal)
        await confirm(`Nobody will come into ${printable(called)} by this invitation any more.`, { yes, signal })
        await client.groups.revokeInvitation({ params: { group: id, invitation }, signal })
        show({ revoked: invitation }, () => 'nobody can use it any more')
      })
    )
  group
    .command('join')
    .description('join by an invitation link')
    .argument('<link>', 'borgo:join/…; - reads it from stdin, where other users of the machine cannot see it')
    .action(
      action(async ({ client, signal, show }, link: string) => {
        const text = link === '-' ? await readStdin() : link
        show(await client.groups.join({ body: { link: text }, signal }), ({ id, name }) => `${id}  ${name}`)
      })
    )
  groupAdminCommands(group)
  groupDataCommands(group)
}

function groupsText(groups: Group[]): string {
  if (groups.length === 0) return 'no groups yet: `borgo group create <name>` or `borgo group join <link>`'
  return table(
    ['group', 'name', 'role', 'members', 'online'],
    groups.map(({ id, kind, name, role, members }) => [
      id,
      // One of two is named for whom its maker invited: that may be who reads this.
      (kind === 'direct' && members.find(({ self }) => !self)?.name) || name,
      role,
      String(members.length),
      onlineText(members)
    ])
  )
}

function groupText(group: Group): string {
  const head = list([
    ['group', group.id],
    ['name', group.name],
    ['kind', group.kind],
    ['your role', group.role],
    ['joined', formatTime(group.joinedAt)]
  ])
  return `${head}\n\n${membersText(group.members)}`
}

/** How many are online; at least, where a large group is not connected to all. */
function onlineText(members: Member[]): string {
  const count = members.filter(({ online }) => online).length
  return members.some(({ mayBeOnline }) => mayBeOnline) ? `${count} or more` : String(count)
}

function membersText(members: Member[]): string {
  const isAnyStopped = members.some(({ stoppedDevices }) => stoppedDevices.length > 0)
  return membersTable(members) + (isAnyStopped ? `\n\n${STOPPED_TEXT}` : '')
}

function membersTable(members: Member[]): string {
  return table(
    ['account', 'name', 'role', 'devices', 'online', 'clock'],
    members.map(({ account, clockSkewMs, name, role, devices, mayBeOnline, online, self, stoppedDevices }) => [
      account,
      self ? `${name} (you)` : name,
      role,
      stoppedDevices.length > 0 ? `${devices.length} (${stoppedDevices.length} stopped)` : String(devices.length),
      online ? 'yes' : mayBeOnline ? 'not connected' : 'no',
      skewText(clockSkewMs)
    ])
  )
}

/** Less than a minute may be the way there. */
function skewText(ms = 0): string {
  const minutes = Math.round(Math.abs(ms) / 60_000)
  return minutes === 0 ? '' : `${minutes} min ${ms > 0 ? 'ahead' : 'behind'}`
}

function invitationsText(invitations: Invitation[], names: ReadonlyMap<string, string>): string {
  if (invitations.length === 0) return 'no open invitations: `borgo group invite <group>` makes one'
  const called = (account: string): string => printable(names.get(account) ?? account)
  return table(
    ['invitation', 'role', 'used', 'expires', 'for', 'by', 'approval'],
    invitations.map(({ account, approval, by, expiresAt, id, role, used, uses }) => [
      id,
      role,
      `${used} of ${uses}`,
      formatTime(expiresAt),
      account === undefined ? 'anybody' : called(account),
      called(by),
      approval ? 'an admin must accept' : ''
    ])
  )
}
