// What a roster's rows have beyond a grid's: new ones at the end, their number, what was found about them.

import { element } from '../dom.js'
import { control, FIELDS, isNew, rows, table } from '../grid/cells.js'

const template = document.getElementById('roster-row')

export const nameOf = row => control(row, 'full_name').value
export const isBlank = row => isNew(row) && FIELDS.every(field => field === 'role' || !control(row, field).value.trim())
export const rowUrl = (row, action = '') => `${table.dataset.addUrl}${isNew(row) ? '' : `${row.dataset.id}/`}${action}`

export function addRow () {
  const row = template.content.firstElementChild.cloneNode(true)
  row.dataset.key = uuid()
  table.tBodies[0].append(row)
  return row
}

/** There is always one empty row at the end, and no other. */
export function keepOneEmptyRow () {
  const all = rows()
  for (const row of all.slice(0, -1)) if (isBlank(row) && !row.contains(document.activeElement)) row.remove()
  if (!all.length || !isBlank(all.at(-1))) addRow()
}

export function countMembers () {
  const size = document.querySelector('[data-size]')
  size.textContent = rows().filter(row => !isNew(row)).length
}

export function showFindings (findings) {
  for (const row of rows()) {
    const list = (findings[row.dataset.id] ?? []).map(finding => element('li', '', finding.text))
    row.querySelector('[data-findings]').replaceChildren(...list)
  }
}

// crypto.randomUUID exists on https only; an office's own network may not have it.
function uuid () {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = bytes[6] & 0x0f | 0x40
  bytes[8] = bytes[8] & 0x3f | 0x80
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
}
