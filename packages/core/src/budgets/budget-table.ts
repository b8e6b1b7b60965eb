import type { Database } from '../store/store.ts'
import type { Budget, BudgetScope, Resource } from './budget.ts'

export const BUDGET_SCHEMA = `
CREATE TABLE budgets (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  resource TEXT NOT NULL,
  times TEXT NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (kind, id, resource, times)
) STRICT;`

/** The budgets that were set, over restarts. */
export interface BudgetTable {
  all(): Budget[]
  set(budget: Budget): void
  clear(budget: Omit<Budget, 'amount'>): void
}

export function budgetTable(database: Database): BudgetTable {
  const select = database.prepare('SELECT kind, id, resource, times, amount FROM budgets ORDER BY rowid')
  const upsert = database.prepare(
    'INSERT INTO budgets VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET amount = excluded.amount'
  )
  const remove = database.prepare('DELETE FROM budgets WHERE kind = ? AND id = ? AND resource = ? AND times = ?')

  return {
    all: () =>
      [...select.all()].map(row => ({
        scope: { kind: row.kind, ...(row.id !== '' && { id: row.id }) } as BudgetScope,
        resource: row.resource as Resource,
        amount: Number(row.amount),
        ...(row.times !== '' && { when: String(row.times) })
      })),
    set({ scope, resource, amount, when }) {
      upsert.run(scope.kind, scope.id ?? '', resource, when ?? '', amount)
    },
    clear({ scope, resource, when }) {
      remove.run(scope.kind, scope.id ?? '', resource, when ?? '')
    }
  }
}
