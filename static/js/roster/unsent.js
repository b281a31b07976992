// Rows that the server has not confirmed, kept in this browser until it has: {id, version, values} by person.

import { keptUnder } from '../kept.js'
import { changes, isBlank, rows, rowOfPerson, table } from './grid.js'

const kept = keptUnder('roster', table.dataset.roster)

export function remember (row) {
  const { id, version, person } = row.dataset
  const values = changes(row)
  if (isBlank(row) || !Object.keys(values).length) return forget(row)
  const name = row.querySelector('[name=full_name]').value
  kept.keep(person, { id, version, name, values })
}

export const forget = row => forgetPerson(row.dataset.person)
export const forgetPerson = person => kept.drop(person)
export const remembered = () => kept.entries().map(([person, entry]) => ({ person, ...entry }))

/** Only what this page itself has not sent: another tab looks after its own rows. */
export const holdsUnsent = () => rows().some(row => kept.has(row.dataset.person))

export const orphans = () => remembered().filter(entry => entry.id && !rowOfPerson(entry.person))
