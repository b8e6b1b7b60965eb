import { Type, type Static } from 'typebox'
import { area } from './route.ts'

const Of = Type.Union([Type.Literal('node'), Type.Literal('plugin'), Type.Literal('group'), Type.Literal('peer')], {
  description: 'What it is for'
})
const Id = Type.String({
  minLength: 1,
  maxLength: 128,
  description:
    'Which plugin (its name; core or relay, though not for storage), group or peer (the device; for storage also the account); left out: each one on its own. Of a node: none'
})
const Resource = Type.Union(
  [
    Type.Literal('up'),
    Type.Literal('down'),
    Type.Literal('messages'),
    Type.Literal('streams'),
    Type.Literal('storage')
  ],
  {
    description:
      'up and down: bytes per second, more waits; messages per second: more is refused, what comes in waits; streams open at once: more is refused; storage: bytes on disk: of a node all records and files; of a plugin its records and files; of a group its records; of a person the records in each group: contents of records beyond that are left with other members, files are refused'
  }
)
const When = Type.String({
  minLength: 1,
  maxLength: 500,
  description:
    "Times of the week at which it holds, in the node's local time, such as `mon-fri 08:00-18:00, sat 09:00-12:00` or `daily 22:00-06:00`; left out: always"
})

/** What makes a budget another one. */
export const BudgetKey = Type.Object({
  of: Of,
  id: Type.Optional(Id),
  resource: Resource,
  when: Type.Optional(When)
})
export type BudgetKey = Static<typeof BudgetKey>

export const Budget = Type.Object({
  ...BudgetKey.properties,
  amount: Type.Integer({ minimum: 1, description: 'For up and down at least 16384, for storage 1048576' })
})
export type Budget = Static<typeof Budget>

export const BudgetState = Type.Object({
  ...Budget.properties,
  isActive: Type.Boolean({ description: 'Whether it holds at this time of the week' }),
  used: Type.Integer({
    minimum: 0,
    description:
      'In the unit of the amount, now or over the last seconds; of a budget for each one, by whoever uses most'
  }),
  usedBy: Type.Optional(Type.String({ description: 'Who that is' })),
  waiting: Type.Integer({ minimum: 0, description: 'Streams that wait because of it' })
})
export type BudgetState = Static<typeof BudgetState>

export const budgets = area({
  name: 'budgets',
  routes: {
    list: {
      method: 'GET',
      path: '/budgets',
      summary: 'What this node, its plugins, groups and peers may use, and what they use now',
      response: Type.Array(BudgetState)
    },
    set: {
      method: 'PUT',
      path: '/budgets',
      summary: 'Set a budget, or give it another amount; it holds at once',
      body: Budget,
      response: Type.Array(BudgetState)
    },
    clear: {
      method: 'POST',
      path: '/budgets/clear',
      summary: 'Remove a budget: what it limited is free at once',
      body: BudgetKey,
      response: Type.Array(BudgetState)
    }
  },
  events: { budgets: Type.Array(BudgetState) },
  problems: { BAD_BUDGET: 400, BAD_SCHEDULE: 400, BUDGET_UNKNOWN: 404, OVER_BUDGET: 429 }
})
