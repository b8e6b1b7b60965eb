export {
  decodeCanonical,
  readBoolean,
  readBytes,
  readChoice,
  readInteger,
  readList,
  readMap,
  readName,
  readText
} from './canonical.ts'
export { MIN_BYTES_PER_SECOND, RESOURCES } from './budgets/budget.ts'
export type { Budget, BudgetScope, BudgetState, Resource } from './budgets/budget.ts'
export type { PluginStorage, PluginUse, StorageUse } from './budgets/plugin-storage.ts'
export type { Budgets } from './budgets/budgets.ts'
export { BorgoError, hasCode } from './errors.ts'
export type { CoreCode } from './errors.ts'
export { delay, systemClock } from './clock.ts'
export type { Clock } from './clock.ts'
export { listeners } from './listeners.ts'
export type { Listeners } from './listeners.ts'
export { silentLogger } from './logger.ts'
export type { LogFields, Logger } from './logger.ts'
export { parseAccountId, parseGroupId, parsePeerId, parseRecordId } from './ids.ts'
export type { AccountId, GroupId, PeerId, RecordId } from './ids.ts'
export { release } from './release.ts'
export type { Handler, Plane, Protocol, Stream } from './stream.ts'
export { backup } from './backup/backup.ts'
export type { BackupOptions } from './backup/backup.ts'
export type { BackupProgress } from './backup/progress.ts'
export type { BackupFile, Manifest } from './backup/manifest.ts'
export type { StorageCheck } from './log/check.ts'
export { restore } from './backup/restore.ts'
export type { RestoreOptions, Restored } from './backup/restore.ts'
export { createNode } from './node.ts'
export type { BorgoNode, NodeOptions, NodeReach } from './node.ts'
export { newSwarmKey } from './transport/swarm-key.ts'
export type { DiscoveryStatus } from './discovery/discovery.ts'
export type { IpReach, Reach, UpnpState } from './transport/reach.ts'
export type { UseOptions } from './host/host.ts'
export type { Plugin, PluginContext } from './plugin.ts'
export type { Peer, Peers } from './peers/peers.ts'
export type { Contact, ContactEdit, ContactState, Contacts } from './people/contacts/contact.ts'
export type {
  Activities,
  Activity,
  ActivityAnswer,
  ActivityState,
  Ringers,
  AnswerOptions,
  InviteOptions
} from './people/activities.ts'
export type { NearMe, NearPerson, NearSetting } from './people/near.ts'
export type { App, Apps, Objects, PublishedObject, Scope, SeenObject } from './people/objects.ts'
export type { People, PeopleEvent } from './people/people.ts'
export { AUDIENCES } from './people/presence.ts'
export type { Audience, Presence, PresenceSetting, PresenceState, Presences } from './people/presence.ts'
export type { Device, Devices, Revocation } from './people/devices/devices.ts'
export type { Awaited } from './people/devices/homecoming.ts'
export type { LinkOffer, LinkState, Linking } from './people/devices/linking/linking.ts'
export type { Recovery } from './people/recovery/recovery.ts'
export type { ExportedRecord } from './log/export.ts'
export type { Fetched } from './log/fetch.ts'
export type { SyncScope } from './log/scope.ts'
export { parseName } from './names/name.ts'
export type { Name } from './names/name.ts'
export type {
  NameDetails,
  NamePlace,
  NameRecord,
  NameScope,
  Names,
  Registration,
  ResolveOptions,
  SearchEnd
} from './names/names.ts'
export type { DhtStatus, DhtTable } from './transport/dht.ts'
export type { Quota } from './log/quota.ts'
export type { ShutOut } from './peers/shut-out.ts'
export type { Denial } from './transport/denials.ts'
export type { GroupStorage } from './log/storage.ts'
export type { Self } from './identity/self.ts'
export { diskStores } from './store/disk.ts'
export type { Database, Row, Statement, Store, Stores } from './store/store.ts'
export { ROLES, isAtLeast } from './groups/role.ts'
export type {
  AuditEntry,
  AuditQuery,
  Broadcast,
  Concerned,
  Group,
  GroupKind,
  GroupPolicy,
  Groups,
  Invitation,
  InvitationOptions,
  JoinPetition,
  LostGroup,
  Member,
  WaitingJoin
} from './groups/group.ts'
export type { Channel, RecordKind } from './log/kind.ts'
export type { Entry, Order, Page } from './log/entry.ts'
export type { Role } from './groups/role.ts'
export type { SearchOptions, SearchPage } from './log/search.ts'
export { CURSOR_TABLE, takeIn } from './log/taking.ts'
export type { Taking, TakingOptions } from './log/taking.ts'
