import { AuditWhat, GroupPolicy, ROLES } from '@borgo/api'
import type { AuditEntry, Client, Group, LostGroup, Member, Petition, WaitingJoin } from '@borgo/api'
import { BorgoError } from '@borgo/core/errors'
import { Argument, Option, type Command } from 'commander'
import { action } from './cli.ts'
import { confirm } from './confirm.ts'
import { findGroup } from './find-group.ts'
import { pick } from './pick.ts'
import { printable } from './printable.ts'
import { formatTime, list, table } from './table.ts'
import { duration, integer } from './values.ts'

const GROUP = ['<group>', 'its name or id'] as const
const MEMBER = ['<member>', 'their name or account'] as const
const PERSON = ['<person>', 'their name, or the beginning of the request’s id'] as const
const YES = ['--yes', 'do not ask'] as const
const DAY_MS = 86_400_000
const INVITERS = GroupPolicy.properties.inviters.anyOf.map(({ const: role }) => role)
const KINDS_OF_CHANGE = AuditWhat.anyOf.map(({ const: what }) => what)

interface Sure {
  yes?: boolean
}

interface AuditOptions {
  limit?: number
  before?: string
  what?: AuditEntry['what'][]
  by?: string
}

interface PolicyOptions {
  history?: 'on' | 'off'
  inviters?: GroupPolicy['inviters']
  keyAge?: number
  keyRecords?: number
}

/** What owners and admins do with a group, and what this person does about being in one. */
export function groupAdminCommands(group: Command): void {
  memberCommands(group)
  requestCommands(group)
  keyCommands(group)
  ownCommands(group)
}

function memberCommands(group: Command): void {
  group
    .command('role')
    .description('change what a member may do')
    .argument(...GROUP)
    .argument(...MEMBER)
    .addArgument(new Argument('<role>').choices(ROLES))
    .action(
      action(async ({ client, signal, show }, name: string, who: string, role: Member['role']) => {
        const { id, members } = await findGroup(client, name, signal)
        const { account } = findMember(members, who)
        const changed = await client.groups.setRole({ params: { group: id, account }, body: { role }, signal })
        show(changed, () => `${who} is ${role} now`)
      })
    )
  group
    .command('remove')
    .description('lock a member out of everything later; links that anybody may use end')
    .argument(...GROUP)
    .argument(...MEMBER)
    .option(...YES)
    .action(
      action(async ({ client, signal, show }, name: string, who: string, { yes }: Sure) => {
        const found = await findGroup(client, name, signal)
        const { account, name: called } = findMember(found.members, who)
        await confirm(`${printable(called)} will be removed from ${printable(found.name)}.`, { yes, signal })
        await client.groups.remove({ params: { group: found.id, account }, signal })
        show({ removed: account }, () => `${printable(called)} is removed`)
      })
    )
  group
    .command('transfer')
    .description('make a member the owner in your place; you become an admin')
    .argument(...GROUP)
    .argument(...MEMBER)
    .option(...YES)
    .action(
      action(async ({ client, signal, show }, name: string, who: string, { yes }: Sure) => {
        const found = await findGroup(client, name, signal)
        const { account, name: called } = findMember(found.members, who)
        await confirm(`${printable(called)} will own ${printable(found.name)} in your place.`, { yes, signal })
        const changed = await client.groups.transferOwnership({
          params: { group: found.id },
          body: { account },
          signal
        })
        show(changed, () => `${printable(called)} owns the group now`)
      })
    )
  group
    .command('audit')
    .description('show who changed what, the newest first')
    .argument(...GROUP)
    .option('--limit <number>', 'how many changes (default: 100)', integer(1, 1_000))
    .option('--before <change>', 'older ones than this; the last line says which')
    .addOption(new Option('--what <kinds...>', 'only changes of these kinds').choices(KINDS_OF_CHANGE))
    .option('--by <member>', 'only what this one changed: their name or account')
    .action(
      action(async ({ client, note, signal, show }, name: string, options: AuditOptions) => {
        const { before, by, limit = 100, what } = options
        const { id, members } = await findGroup(client, name, signal)
        const query = {
          limit,
          before,
          what: what?.join(','),
          by: by === undefined ? undefined : authorOf(members, by)
        }
        const entries = await client.groups.audit({ params: { group: id }, query, signal })
        show(entries, auditText)
        const last = entries.at(-1)
        if (last && entries.length === limit) note(`older ones: --before ${last.id}`)
      })
    )
}

function requestCommands(group: Command): void {
  const requests = group.command('requests').description('people who wait to be let in')
  requests
    .command('list', { isDefault: true })
    .description('show who waits')
    .argument(...GROUP)
    .action(
      action(async ({ client, signal, show }, name: string) => {
        const { id } = await findGroup(client, name, signal)
        show(await client.groups.petitions({ params: { group: id }, signal }), petitionsText)
      })
    )
  requests
    .command('approve')
    .aliases(['accept'])
    .description('let somebody in')
    .argument(...GROUP)
    .argument(...PERSON)
    .action(
      action(async ({ client, signal, show }, name: string, who: string) => {
        const { id } = await findGroup(client, name, signal)
        const petition = await findPetition(client, id, who, signal)
        await client.groups.accept({ params: { group: id, petition: petition.id }, signal })
        show(petition, one => `${printable(one.name)}: let in`)
      })
    )
  requests
    .command('decline')
    .description('let somebody not in; to ask again they need a new link')
    .argument(...GROUP)
    .argument(...PERSON)
    .option(...YES)
    .action(
      action(async ({ client, signal, show }, name: string, who: string, { yes }: Sure) => {
        const found = await findGroup(client, name, signal)
        const petition = await findPetition(client, found.id, who, signal)
        const what = `${printable(petition.name)} will be declined in ${printable(found.name)}, and told so.`
        await confirm(what, { yes, signal })
        await client.groups.decline({ params: { group: found.id, petition: petition.id }, signal })
        show(petition, one => `${printable(one.name)}: declined`)
      })
    )
}

function keyCommands(group: Command): void {
  group
    .command('rotate')
    .description("change the group's key")
    .argument(...GROUP)
    .action(
      action(async ({ client, signal, show }, name: string) => {
        const { id } = await findGroup(client, name, signal)
        const changed = await client.groups.rotateKey({ params: { group: id }, signal })
        show(changed, ({ keyChanges }) => `the key was changed for the ${ordinal(keyChanges)} time`)
      })
    )
  group
    .command('policy')
    .description("show a group's policy, or change it")
    .argument(...GROUP)
    .addOption(
      new Option('--history <on|off>', 'whether newcomers read what was written before').choices(['on', 'off'])
    )
    .addOption(new Option('--inviters <role>', 'the least role that may invite').choices(INVITERS))
    .option('--key-age <duration>', 'change keys as old as this, such as 30d', duration)
    .option('--key-records <number>', 'change keys used for so many records', integer(100, 2 ** 32))
    .action(
      action(async ({ client, signal, show }, name: string, options: PolicyOptions) => {
        const found = await findGroup(client, name, signal)
        const { history, inviters, keyAge, keyRecords } = options
        const body = {
          ...(history && { history: history === 'on' }),
          ...(inviters && { inviters }),
          ...(keyAge && { keyAgeMs: keyAge }),
          ...(keyRecords && { keyRecords })
        }
        const isChange = Object.keys(body).length > 0
        const { policy } = isChange
          ? await client.groups.setPolicy({ params: { group: found.id }, body, signal })
          : found
        show(policy, policyText)
      })
    )
}

function ownCommands(group: Command): void {
  group
    .command('leave')
    .description('leave a group for good')
    .argument(...GROUP)
    .option(...YES)
    .action(
      action(async ({ client, signal, show }, name: string, { yes }: Sure) => {
        const found = await findGroup(client, name, signal)
        await confirm(`You will leave ${printable(found.name)}.`, { yes, signal })
        await client.groups.leave({ params: { group: found.id }, signal })
        show({ left: found.id }, () => `you have left ${printable(found.name)}`)
      })
    )
  group
    .command('revoke-device')
    .description('lock a lost device of yours out of a group')
    .argument(...GROUP)
    .argument('<device>', 'its id')
    .option(...YES)
    .action(
      action(async ({ client, signal, show }, name: string, device: string, { yes }: Sure) => {
        const found = await findGroup(client, name, signal)
        await confirm(`The device ${printable(device)} will be locked out of ${printable(found.name)}.`, {
          yes,
          signal
        })
        await client.groups.revokeDevice({ params: { group: found.id, device }, signal })
        show({ revoked: device }, () => `${printable(device)} is locked out`)
      })
    )
  group
    .command('waiting')
    .description('show the groups that this node asked to join')
    .action(action(async ({ client, signal, show }) => show(await client.groups.waiting({ signal }), waitingText)))
  group
    .command('withdraw')
    .description('stop asking to join a group')
    .argument('<group>', 'its id, as `borgo group waiting` shows it')
    .action(
      action(async ({ client, signal, show }, id: string) => {
        await client.groups.withdraw({ params: { group: id }, signal })
        show({ withdrawn: id }, () => 'this node asks no more')
      })
    )
  group
    .command('lost')
    .description('show the groups that you were removed from or left')
    .action(action(async ({ client, signal, show }) => show(await client.groups.lost({ signal }), lostText)))
}

/** The member that a person means: their account, its beginning or their name. Throws MEMBER_UNKNOWN, USAGE when several fit. */
function findMember(members: readonly Member[], text: string): Member {
  return pick(members, text, {
    idOf: ({ account }) => account,
    namesOf: ({ name }) => [name],
    least: 8,
    list: 'borgo group members',
    unknown: () => new BorgoError('MEMBER_UNKNOWN', `no member is called ${text}`)
  })
}

/** Who left is no member any more, and is named by the account. */
function authorOf(members: readonly Member[], text: string): string {
  return /^z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/.test(text) ? text : findMember(members, text).account
}

async function findPetition(client: Client, group: string, text: string, signal: AbortSignal): Promise<Petition> {
  return pick(await client.groups.petitions({ params: { group }, signal }), text, {
    idOf: ({ id }) => id,
    namesOf: ({ account, name }) => [name, account],
    list: 'borgo group requests',
    unknown: () => new BorgoError('PETITION_UNKNOWN', `nobody called ${text} waits to be let in`)
  })
}

function petitionsText(petitions: Petition[]): string {
  if (petitions.length === 0) return 'nobody waits to be let in'
  return table(
    ['request', 'name', 'role', 'asked'],
    petitions.map(({ id, name, role, askedAt }) => [id.slice(0, 12), printable(name), role, formatTime(askedAt)])
  )
}

function policyText(policy: GroupPolicy): string {
  return list(Object.entries(policyRows(policy)))
}

function policyRows({ history, inviters, keyAgeMs, keyRecords }: GroupPolicy): Record<string, string> {
  return {
    'newcomers read history': history ? 'yes' : 'no',
    'may invite': `${inviters} and above`,
    'keys change after': `${Number((keyAgeMs / DAY_MS).toFixed(2))} days`,
    'or after': `${keyRecords} records`
  }
}

/** What of the audit is not a word by itself. */
const WHAT: Partial<Record<AuditEntry['what'], string>> = {
  revokeInvitation: 'end invitation',
  setRole: 'set role',
  transferOwnership: 'hand over',
  addDevice: 'add device',
  revokeDevice: 'lock out device',
  guard: 'guard devices',
  setPolicy: 'set policy',
  rotateKey: 'change key'
}

function auditText(entries: AuditEntry[]): string {
  return table(
    ['when', 'who', 'what', 'whom', 'detail'],
    entries.map(entry => [
      formatTime(entry.at),
      printable(entry.by?.name ?? entry.device),
      WHAT[entry.what] ?? entry.what,
      printable(entry.whom?.name ?? ''),
      printable(auditDetail(entry))
    ])
  )
}

function auditDetail({
  concernedDevice,
  formerPolicy,
  invitation,
  name,
  policy,
  role,
  what,
  void: reason
}: AuditEntry): string {
  const details = [
    role,
    name,
    concernedDevice,
    invitation && `${invitation.id.slice(0, 12)}, ${invitation.uses} ${invitation.uses === 1 ? 'use' : 'uses'}`,
    invitation?.approval && 'an admin must accept',
    invitation && `until ${formatTime(invitation.expiresAt)}`,
    policy && policyChange(policy, formerPolicy),
    what === 'guard' && 'only devices of theirs let further ones in'
  ]
  return [details.filter(Boolean).join(', '), reason && `(void: ${reason})`].filter(Boolean).join(' ')
}

/** What of a policy is another than before. */
function policyChange(policy: GroupPolicy, former: GroupPolicy = policy): string {
  const changed = Object.entries(policyRows(policy)).flatMap(([name, now]) => {
    const before = policyRows(former)[name]
    return before === now ? [] : [`${name}: ${before} → ${now}`]
  })
  return changed.length === 0 ? 'nothing changed' : changed.join('; ')
}

function waitingText(waiting: WaitingJoin[]): string {
  if (waiting.length === 0) return 'this node waits for nothing'
  return table(
    ['group', 'name', 'asked', 'state'],
    waiting.map(({ group, name, askedAt, refused }) => [
      group,
      printable(name),
      formatTime(askedAt),
      refused ?? 'asking'
    ])
  )
}

function lostText(lost: LostGroup[]): string {
  if (lost.length === 0) return 'none'
  return table(
    ['group', 'name', 'reason', 'by', 'when'],
    lost.map(({ id, name, reason, by, at }) => [
      id,
      printable(name),
      reason,
      printable(by?.name ?? ''),
      at === undefined ? '' : formatTime(at)
    ])
  )
}

function ordinal(count: Group['keyChanges']): string {
  const ending = new Intl.PluralRules('en', { type: 'ordinal' }).select(count)
  return `${count}${{ one: 'st', two: 'nd', few: 'rd', other: 'th', zero: 'th', many: 'th' }[ending]}`
}
