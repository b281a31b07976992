// What a row says of itself: a symbol, words and a colour; repairs, errors, and a conflict with its choice.

import { button, byWhom, element } from '../dom.js'
import { STATES, UNSENT } from '../saving.js'
import { control, FIELDS, LABELS, rows } from './cells.js'
import { kind } from './kind.js'

export function showState (row, state, detail = '') {
  row.dataset.state = state
  row.querySelector('[data-state]').textContent = [STATES[state], detail].filter(Boolean).join(' ')
  showUnsent()
}

/** The counter of rows that wait for something. */
export function showUnsent () {
  const count = rows().filter(row => UNSENT.has(row.dataset.state)).length
  const counter = document.querySelector('[data-unsent]')
  counter.hidden = !count
  counter.textContent = `${count} dòng chưa gửi`
}

export function say (text) {
  document.querySelector('[data-said]').textContent = text
}

export function showNotes (row, notes) {
  row.querySelector('[data-notes]').replaceChildren(...notes.map(note => element('li', '', note)))
}

/** `errors`: {cell: [message]}. A message stands under its cell, that of an unknown cell under the first. */
export function showErrors (row, errors) {
  clearErrors(row)
  for (const [field, messages] of Object.entries(errors)) {
    const cell = control(row, FIELDS.includes(field) ? field : FIELDS[0])
    cell.setAttribute('aria-invalid', 'true')
    const message = element('div', 'cell-error', messages.join(' '))
    message.setAttribute('role', 'alert')
    message.id = `error-${row.dataset.key}-${cell.name}`
    cell.setAttribute('aria-describedby', message.id)
    cell.parentElement.append(message)
  }
}

export function clearErrors (row) {
  for (const message of row.querySelectorAll('.cell-error')) message.remove()
  for (const cell of row.querySelectorAll('[aria-invalid]')) {
    cell.removeAttribute('aria-invalid')
    cell.removeAttribute('aria-describedby')
  }
}

/** Both texts of each cell that differs, who and when, and the two ways out. */
export function showConflict (row, { current, who, at }, mine, keepMine, takeTheirs) {
  clearConflict(row)
  const gone = kind.hasGone(current)
  const title = gone
    ? `${current ? kind.nameHeld(current) : 'Dòng này'} không còn trong danh sách${byWhom(who, at)}. Phần bạn gõ:`
    : `Dòng này vừa được sửa${byWhom(who, at)}.`
  const list = element('ul', '')
  for (const [field, value] of Object.entries(mine)) {
    const theirs = current ? `, của họ: “${shown(row, field, current[field])}”` : ''
    list.append(element('li', '', `${LABELS[field]} – của bạn: “${shown(row, field, value)}”${theirs}`))
  }
  const ways = gone
    ? [button('Bỏ dòng này', takeTheirs)]
    : [button('Giữ của tôi', keepMine, 'btn btn-sm btn-primary'), button('Lấy của họ', takeTheirs)]
  const choice = [element('strong', '', title), list, element('div', 'roster-buttons', '', ...ways)]
  const cell = element('td', '', '', element('div', 'conflict-choice', '', ...choice))
  cell.colSpan = row.cells.length
  const note = element('tr', 'row-conflict', '', cell)
  note.setAttribute('role', 'alert')
  row.after(note)
}

export function clearConflict (row) {
  if (row.nextElementSibling?.classList.contains('row-conflict')) row.nextElementSibling.remove()
}

export function shown (row, field, value) {
  const cell = control(row, field)
  const option = cell.options && [...cell.options].find(option => option.value === value)
  return option ? option.text : value
}
