// Rows that the server has not confirmed, kept in this browser until it has: {id, version, values} by person.

import { changes, isBlank, rows, rowOfPerson, table } from './grid.js'

const PREFIX = `cdt-roster:${document.body.dataset.user}:${table.dataset.roster}:`

export function remember (row) {
  const { id, version, person } = row.dataset
  const values = changes(row)
  if (isBlank(row) || !Object.keys(values).length) return forget(row)
  const name = row.querySelector('[name=full_name]').value
  localStorage.setItem(PREFIX + person, JSON.stringify({ id, version, name, values }))
}

export const forget = row => forgetPerson(row.dataset.person)
export const forgetPerson = person => localStorage.removeItem(PREFIX + person)

export function remembered () {
  const keys = Object.keys(localStorage).filter(key => key.startsWith(PREFIX))
  return keys.map(key => ({ person: key.slice(PREFIX.length), ...JSON.parse(localStorage.getItem(key)) }))
}

/** Only what this page itself has not sent: another tab looks after its own rows. */
export const holdsUnsent = () => rows().some(row => localStorage.getItem(PREFIX + row.dataset.person))

export const orphans = () => remembered().filter(entry => entry.id && !rowOfPerson(entry.person))
