// A table of inputs: rows, cells, and what of them is saved. A control's default value is what the server holds.
// The table's headings with data-field say which cells are typed in, and what they are called.

import { kind } from './kind.js'

export const table = document.querySelector('[data-grid]')
const headings = [...table.tHead.querySelectorAll('[data-field]')]
export const LABELS = Object.fromEntries(headings.map(heading => [heading.dataset.field, heading.textContent.trim()]))
export const FIELDS = Object.keys(LABELS)
// While a cell is being typed in, its text stays although the server holds a tidier form of it.
const agreed = new WeakMap()

export const rows = () => [...table.tBodies[0].querySelectorAll('tr[data-key]')]
export const rowOf = node => node.closest('tr[data-key]')
export const rowOfKey = key => rows().find(row => row.dataset.key === key)
export const rowOfId = id => rows().find(row => row.dataset.id === String(id))
export const control = (row, field) => row.querySelector(`[name=${field}]`)
export const isNew = row => row.dataset.id === ''

export function savedValue (cell) {
  if (cell.tagName !== 'SELECT') return cell.defaultValue
  return ([...cell.options].find(option => option.defaultSelected) ?? cell.options[0]).value
}

function setSaved (cell, value) {
  if (cell.tagName !== 'SELECT') cell.defaultValue = value
  else for (const option of cell.options) option.defaultSelected = option.value === value
}

export function isChanged (cell) {
  return cell.value !== savedValue(cell) && cell.value !== agreed.get(cell)
}

/** The cells that differ from what the server holds, as {field: value}; of a new row all that are filled. */
export function changes (row) {
  const cells = FIELDS.map(field => control(row, field)).filter(cell => isNew(row) ? cell.value : isChanged(cell))
  return Object.fromEntries(cells.map(cell => [cell.name, cell.value]))
}

export const savedValues = row => Object.fromEntries(FIELDS.map(field => [field, savedValue(control(row, field))]))

export function setValues (row, values) {
  for (const [field, value] of Object.entries(values)) control(row, field).value = value
}

/** Take over what the server holds. Cells that were changed after `sent` was read keep what is typed in them. */
export function accept (row, held, sent = {}) {
  for (const field of FIELDS) {
    const cell = control(row, field)
    const untouched = field in sent ? cell.value === sent[field] : !isChanged(cell)
    const typing = cell === document.activeElement && cell.value !== held[field]
    // A textarea that was never typed in follows its default value; one that was must not lose what it shows.
    const shown = cell.value
    setSaved(cell, held[field])
    if (cell.value !== shown) cell.value = shown
    agreed.delete(cell)
    if (untouched && typing) agreed.set(cell, cell.value)
    else if (untouched && cell.value !== held[field]) cell.value = held[field]
  }
  Object.assign(row.dataset, { id: held.id, version: held.version })
  kind.onAccepted(row, held)
}

export function tidy (cell) {
  if (agreed.get(cell) === cell.value) cell.value = savedValue(cell)
  agreed.delete(cell)
}
