// Rows that the server has not confirmed, kept in this browser until it has: {id, version, name, values} by key.

import { keptUnder } from '../kept.js'
import { changes, rows, rowOfKey, table } from './cells.js'
import { kind } from './kind.js'

const kept = keptUnder(table.dataset.grid, table.dataset.sheet)

export function remember (row) {
  const { id, version, key } = row.dataset
  const values = changes(row)
  if (kind.isBlank(row) || !Object.keys(values).length) return forget(row)
  kept.keep(key, { id, version, name: kind.nameOf(row), values })
}

export const forget = row => forgetKey(row.dataset.key)
export const forgetKey = key => kept.drop(key)
export const remembered = () => kept.entries().map(([key, entry]) => ({ key, ...entry }))

/** Only what this page itself has not sent: another tab looks after its own rows. */
export const holdsUnsent = () => rows().some(row => kept.has(row.dataset.key))

export const orphans = () => remembered().filter(entry => entry.id && !rowOfKey(entry.key))
