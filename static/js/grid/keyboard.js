// Keys as in Excel, for inputs that stay real inputs. Whatever an input method composes is left alone.

import { control, FIELDS, isChanged, rowOf, rows, savedValue } from './cells.js'
import { undoOfRow } from './undo.js'

let startField = FIELDS[0] // where the user began in the row: Enter returns to this column of the next row
let tabbing = false
let openList = null // the select whose list is open: its keys are the browser's

const KEYS = {
  Enter: (event, cell) => go(event, cell, event.shiftKey ? -1 : 1, startField),
  ArrowDown: (event, cell) => event.altKey ? opened(cell) : go(event, cell, 1, cell.name),
  ArrowUp: (event, cell) => go(event, cell, -1, cell.name),
  ArrowLeft: (event, cell) => atStart(cell) && aside(event, cell, -1),
  ArrowRight: (event, cell) => atEnd(cell) && aside(event, cell, 1),
  Escape: restore,
  F2: (event, cell) => cell.setSelectionRange?.(cell.value.length, cell.value.length),
  F4: (event, cell) => opened(cell),
  ' ': (event, cell) => opened(cell),
  Tab: () => { tabbing = true }
}

export function onKeyDown (event) {
  const cell = event.target
  if (event.isComposing || event.keyCode === 229 || !FIELDS.includes(cell.name)) return
  if (openList === cell) return closed(event.key)
  if (event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey)) return undo(event, cell)
  if (!event.ctrlKey && !event.metaKey) KEYS[event.key]?.(event, cell)
}

export function onFocusIn (event) {
  if (!tabbing && FIELDS.includes(event.target.name)) startField = event.target.name
  tabbing = false
  if (openList !== event.target) openList = null
}

export function onMouseDown (event) {
  opened(event.target)
}

function opened (cell) {
  if (cell.tagName === 'SELECT') openList = cell
}

function closed (key) {
  if (['Enter', 'Escape', 'Tab', ' '].includes(key)) openList = null
  if (key === 'Tab') tabbing = true
}

export function onChange (event) {
  if (event.target === openList) openList = null
}

function go (event, cell, step, field) {
  event.preventDefault()
  const all = rows()
  const target = all[all.indexOf(rowOf(cell)) + step]
  if (target) enter(control(target, field))
}

function aside (event, cell, step) {
  event.preventDefault()
  const field = FIELDS[FIELDS.indexOf(cell.name) + step]
  if (field) enter(control(rowOf(cell), field))
}

function enter (cell) {
  cell.focus()
  cell.select?.()
}

const whole = cell => cell.selectionStart === 0 && cell.selectionEnd === cell.value.length
const atStart = cell => cell.tagName === 'SELECT' || whole(cell) || cell.selectionEnd === 0
const atEnd = cell => cell.tagName === 'SELECT' || whole(cell) || cell.selectionStart === cell.value.length

function restore (event, cell) {
  if (!isChanged(cell)) return
  cell.value = savedValue(cell)
  cell.dispatchEvent(new Event('input', { bubbles: true }))
}

function undo (event, cell) {
  if (isChanged(cell)) return // the browser's own undo, letter by letter
  event.preventDefault()
  undoOfRow(rowOf(cell).dataset.key)
}
