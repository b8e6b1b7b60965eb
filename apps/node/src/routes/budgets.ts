import { api, type Budget as ApiBudget, type BudgetKey, type BudgetState as ApiState } from '@borgo/api'
import { BorgoError, type Budget, type Budgets, type BudgetScope, type BudgetState, type Clock } from '@borgo/core'
import type { EventBus } from '../events/bus.ts'
import { serve, type Served } from '../http/area.ts'

/** How often what is used is told, to those who listen, ms. */
const TELL_MS = 1_000

export function budgetRoutes(options: {
  budgets: Budgets
  bus: EventBus
  clock: Clock
  defer: (cleanup: () => void) => void
}): Served {
  const { budgets, bus, clock, defer } = options
  let told = ''
  const tell = (): void => {
    const now = list()
    const text = JSON.stringify(now)
    if (text === told) return
    told = text
    bus.publish('budgets', now)
  }
  const list = (): ApiState[] => budgets.list().map(shown)
  defer(budgets.onChange(tell))
  defer(clock.every(TELL_MS, () => bus.isHeard('budgets') && tell()))

  return serve(api.budgets, {
    list,
    set({ body }) {
      budgets.set(meant(body))
      return list()
    },
    clear({ body }) {
      budgets.clear(key(body))
      return list()
    }
  })
}

const meant = (body: ApiBudget): Budget => ({ ...key(body), amount: body.amount })

function key({ of, id, resource, when }: BudgetKey): Omit<Budget, 'amount'> {
  return { scope: scope(of, id), resource, ...(when !== undefined && { when }) }
}

function scope(kind: BudgetKey['of'], id: string | undefined): BudgetScope {
  if (kind !== 'node') return id === undefined ? { kind } : { kind, id }
  if (id !== undefined) throw new BorgoError('BAD_BUDGET', 'a budget for the node names nobody')
  return { kind }
}

function shown({ scope: { kind, id }, when, usedBy, ...rest }: BudgetState): ApiState {
  return {
    ...rest,
    of: kind,
    ...(id !== undefined && { id }),
    ...(when !== undefined && { when }),
    ...(usedBy !== undefined && { usedBy })
  }
}
