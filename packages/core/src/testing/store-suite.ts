import { existsSync, statSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { Stores } from '../store/store.ts'

/** The contract of `Stores`; every implementation passes it. */
export function storeSuite(name: string, open: () => Stores): void {
  describe(`stores: ${name}`, () => {
    let stores: Stores | undefined
    const opened = (): Stores => (stores ??= open())
    afterEach(() => {
      stores?.close()
      stores = undefined
    })

    it('[S-1] gives every owner a folder and database of its own', () => {
      const [one, two] = [opened().of('one'), opened().of('two')]
      expect(opened().of('one')).toBe(one)
      expect(existsSync(one.folder)).toBe(true)
      expect(statSync(one.folder).mode & 0o777).toBe(0o700)
      expect(one.folder).not.toBe(two.folder)
      one.database(['CREATE TABLE t (x INTEGER)']).exec('INSERT INTO t VALUES (1)')
      const other = two.database(['CREATE TABLE t (x INTEGER)'])
      expect(other.prepare('SELECT count(*) AS n FROM t').get()?.n).toBe(0)
    })

    it('[S-2] commits what a transaction did, and nothing of one that threw', () => {
      const database = opened().of('one').database(['CREATE TABLE t (x INTEGER PRIMARY KEY)'])
      expect(
        database.transaction(() => {
          database.prepare('INSERT INTO t VALUES (?)').run(1)
          return 'done'
        })
      ).toBe('done')
      expect(() =>
        database.transaction(() => {
          database.prepare('INSERT INTO t VALUES (?)').run(2)
          database.transaction(() => database.prepare('INSERT INTO t VALUES (?)').run(3))
          throw new Error('no')
        })
      ).toThrow('no')
      expect(
        database
          .prepare('SELECT x FROM t')
          .all()
          .map(row => row.x)
      ).toEqual([1])
      database.transaction(() => database.prepare('INSERT INTO t VALUES (?)').run(4))
      expect(database.prepare('SELECT count(*) AS n FROM t').get()?.n).toBe(2)
    })

    it('[S-3] runs each migration once, in order', () => {
      const database = opened()
        .of('one')
        .database(['CREATE TABLE t (x INTEGER)', 'ALTER TABLE t ADD COLUMN y TEXT; INSERT INTO t VALUES (1, 2)'])
      expect(database.prepare('SELECT y FROM t').all()).toHaveLength(1)
      expect(database.prepare('PRAGMA user_version').get()?.user_version).toBe(2)
    })
  })
}
