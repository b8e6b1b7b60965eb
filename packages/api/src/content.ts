import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { AccountId, DeviceId, GroupId, Timestamp } from './values.ts'

export const ContentId = Type.String({
  pattern: '^baf[ky][a-z2-7]{52,120}$',
  description: 'A file or folder: its IPFS CID of profile unixfs-v1-2025'
})
const TransferId = Type.String({ pattern: '^[0-9a-f-]{36}$', description: 'A transfer' })
const Bytes = Type.Integer({ minimum: 0 })
const Path = Type.String({ minLength: 1, maxLength: 4_096 })
const FileName = Type.String({ minLength: 1, maxLength: 255 })
const Mime = Type.String({ minLength: 3, maxLength: 255, description: 'Media type, as the publisher says' })

export const HeldContent = Type.Union(
  [
    Type.Object({ state: Type.Literal('none') }),
    Type.Object({ state: Type.Literal('part') }),
    Type.Object({
      state: Type.Literal('whole'),
      path: Type.String(),
      isOwned: Type.Boolean({
        description: 'The node keeps it; else it is a file or folder of the person, which stays'
      })
    }),
    Type.Object({ state: Type.Literal('faulty'), path: Type.String(), fault: Type.String() })
  ],
  { description: 'What this node has of it; faulty: it was here and changed' }
)
export type HeldContent = Static<typeof HeldContent>

export const SharedContent = Type.Object({
  cid: ContentId,
  group: GroupId,
  name: Type.String(),
  bytes: Bytes,
  files: Type.Optional(Type.Integer({ minimum: 0, description: 'How many files a folder has; left out for a file' })),
  mime: Type.Optional(Mime),
  account: AccountId,
  publisher: Type.String({ description: 'As the group knows who published it' }),
  publishedAt: Timestamp,
  mayWithdraw: Type.Boolean({ description: 'This person may take it back' }),
  held: HeldContent
})
export type SharedContent = Static<typeof SharedContent>

export const ContentFile = Type.Object({
  path: Type.String({ description: 'Below the folder; empty when the content is this one file' }),
  bytes: Bytes
})
export type ContentFile = Static<typeof ContentFile>

export const ContentHolder = Type.Object({
  device: DeviceId,
  account: Type.Optional(AccountId),
  name: Type.String(),
  isSelf: Type.Boolean({ description: 'This node' }),
  percent: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 100, description: 'Left out by who is too busy to serve now' })
  ),
  rttMs: Type.Optional(Type.Number({ minimum: 0 }))
})
export type ContentHolder = Static<typeof ContentHolder>

export const Transfer = Type.Object({
  id: TransferId,
  cid: ContentId,
  group: GroupId,
  name: Type.String(),
  target: Type.String({ description: 'Where the file or folder is when it is done' }),
  state: Type.Union([Type.Literal('running'), Type.Literal('paused'), Type.Literal('failed'), Type.Literal('done')]),
  phase: Type.Optional(
    Type.Union(
      [
        Type.Literal('queued'),
        Type.Literal('seeking'),
        Type.Literal('listing'),
        Type.Literal('checking'),
        Type.Literal('fetching'),
        Type.Literal('copying'),
        Type.Literal('placing')
      ],
      { description: 'What a running one does; seeking: nobody who has it is connected' }
    )
  ),
  bytes: Bytes,
  doneBytes: Type.Integer({ minimum: 0, description: 'Verified and on disk' }),
  bytesPerSecond: Bytes,
  etaMs: Type.Optional(Type.Integer({ minimum: 0 })),
  sources: Type.Array(Type.Object({ device: DeviceId, name: Type.String(), bytes: Bytes }), {
    description: 'What came from whom since it was started or resumed'
  }),
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
  startedAt: Timestamp,
  endedAt: Type.Optional(Timestamp)
})
export type Transfer = Static<typeof Transfer>

/** Something was published or taken back, or what this node has of it changed. */
export const ContentEvent = Type.Object({ group: GroupId, cid: ContentId })
export type ContentEvent = Static<typeof ContentEvent>

export const TransferEvent = Type.Union([
  Type.Object({ type: Type.Literal('transfer'), transfer: Transfer }),
  Type.Object({ type: Type.Literal('removed'), id: TransferId })
])
export type TransferEvent = Static<typeof TransferEvent>

/** How far the reading of what is being published is. */
export const PublishingEvent = Type.Object({ group: GroupId, path: Type.String(), doneBytes: Bytes, bytes: Bytes })
export type PublishingEvent = Static<typeof PublishingEvent>

const ByGroup = Type.Object({ group: GroupId })
const ByContent = Type.Object({ group: GroupId, cid: ContentId })
const ByTransfer = Type.Object({ transfer: TransferId })

export const content = area({
  name: 'content',
  routes: {
    list: {
      method: 'GET',
      path: '/groups/:group/content',
      summary: 'What is published to a group, newest first',
      params: ByGroup,
      response: Type.Array(SharedContent)
    },
    get: {
      method: 'GET',
      path: '/groups/:group/content/:cid',
      summary: 'One file or folder',
      params: ByContent,
      response: SharedContent
    },
    files: {
      method: 'GET',
      path: '/groups/:group/content/:cid/files',
      summary: 'Its files; answers NOT_HELD until their list is here',
      params: ByContent,
      response: Type.Array(ContentFile)
    },
    holders: {
      method: 'GET',
      path: '/groups/:group/content/:cid/holders',
      summary: 'Who of the connected members has it; takes up to 5 s',
      params: ByContent,
      response: Type.Array(ContentHolder)
    },
    publish: {
      method: 'POST',
      path: '/groups/:group/content',
      summary: "Publish a file or folder of the node's machine, which stays where it is; answers when it is read",
      params: ByGroup,
      body: Type.Object({
        path: Type.String({ ...Path, description: 'Absolute' }),
        name: Type.Optional(FileName),
        mime: Type.Optional(Mime)
      }),
      response: SharedContent,
      status: 201
    },
    upload: {
      method: 'POST',
      path: '/groups/:group/uploads',
      summary: 'Publish the bytes of the body as a file that the node keeps',
      params: ByGroup,
      query: Type.Object({ name: FileName, mime: Type.Optional(Mime) }),
      body: 'bytes',
      response: SharedContent,
      status: 201
    },
    withdraw: {
      method: 'DELETE',
      path: '/groups/:group/content/:cid',
      summary: 'Take it back; copies that others have stay theirs',
      params: ByContent
    },
    discard: {
      method: 'DELETE',
      path: '/groups/:group/content/:cid/copy',
      summary: "Give up this node's copy: it is not served any more, and deleted where the node keeps it",
      params: ByContent
    },
    fetch: {
      method: 'POST',
      path: '/groups/:group/content/:cid/fetch',
      summary: 'Begin to fetch it from everybody who has it; goes on after a restart',
      params: ByContent,
      body: Type.Object({
        to: Type.Optional(
          Type.String({
            ...Path,
            description: "Absolute, on the node's machine: a folder to put it in, or the file or folder to make"
          })
        )
      }),
      response: Transfer,
      status: 202
    },
    download: {
      method: 'GET',
      path: '/groups/:group/content/:cid/data',
      summary: 'The bytes of a file that is here, each piece checked; takes a Range',
      params: ByContent,
      query: Type.Object({ path: Type.Optional(Type.String({ maxLength: 4_096 })) }),
      response: 'bytes'
    },
    transfers: {
      method: 'GET',
      path: '/transfers',
      summary: 'Transfers, newest first',
      response: Type.Array(Transfer)
    },
    transfer: {
      method: 'GET',
      path: '/transfers/:transfer',
      summary: 'One transfer',
      params: ByTransfer,
      response: Transfer
    },
    pause: {
      method: 'POST',
      path: '/transfers/:transfer/pause',
      summary: 'Stop a transfer; what was fetched stays',
      params: ByTransfer,
      response: Transfer
    },
    resume: {
      method: 'POST',
      path: '/transfers/:transfer/resume',
      summary: 'Go on with a paused or failed transfer',
      params: ByTransfer,
      response: Transfer
    },
    cancel: {
      method: 'DELETE',
      path: '/transfers/:transfer',
      summary: 'End a transfer and delete what was fetched of it; of a finished one only the note goes',
      params: ByTransfer
    }
  },
  events: { content: ContentEvent, transfers: TransferEvent, publishing: PublishingEvent },
  problems: {
    BAD_CID: 400,
    BAD_CONTENT: 422,
    BAD_NAME: 400,
    CONTENT_UNKNOWN: 404,
    FILE_CHANGED: 409,
    FILE_MISSING: 404,
    GROUP_UNKNOWN: 404,
    NOT_HELD: 409,
    NOT_YOURS: 403,
    READ_ONLY: 403,
    TARGET_EXISTS: 409,
    TOO_MANY_FILES: 422,
    TRANSFER_CANCELLED: 409,
    TRANSFER_RUNNING: 409,
    TRANSFER_UNKNOWN: 404
  }
})
