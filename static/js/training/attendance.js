// The sheet of attendance: one tick of two a cell, whole sittings at once, what is not saved yet kept in this browser.

import { keptUnder } from '../kept.js'

const form = document.querySelector('[data-attendance]')
const cells = form ? [...form.querySelectorAll('[data-cell]')] : []
const unsaved = form?.querySelector('[data-unsaved]')
const kept = form && keptUnder('attendance', form.dataset.attendance)
const isFromFile = form?.hasAttribute('data-read') // what a workbook says comes from that workbook, not from typing

const ticksOf = cell => [...cell.querySelectorAll('input')]
const says = cell => ticksOf(cell).find(tick => tick.checked)?.value ?? ''

function set (cell, value) {
  for (const tick of ticksOf(cell)) tick.checked = tick.value === value
  note(cell)
}

function note (cell) {
  const isChanged = says(cell) !== cell.dataset.seen
  cell.closest('td').classList.toggle('changed', isChanged)
  if (isFromFile) return
  if (isChanged) kept.keep(cell.dataset.cell, says(cell))
  else kept.drop(cell.dataset.cell)
}

/** How many came, did not, are not noted, and how much waits to be saved. */
function count () {
  for (const counts of form.querySelectorAll('[data-counts]')) {
    const here = cells.filter(cell => cell.dataset.session === counts.dataset.counts)
    if (!here.length) continue // not open: what the server counted stands
    for (const number of counts.querySelectorAll('[data-count]')) {
      number.textContent = here.filter(cell => says(cell) === number.dataset.count).length
    }
  }
  const changed = cells.filter(cell => says(cell) !== cell.dataset.seen).length
  unsaved.textContent = changed ? `${changed} dấu chưa lưu` : ''
}

function restore () {
  for (const [name, value] of kept.entries()) {
    const cell = cells.find(each => each.dataset.cell === name)
    if (cell) set(cell, value)
    else kept.drop(name)
  }
}

function start () {
  if (location.hash === '#da-luu') {
    for (const [name] of kept.entries()) kept.drop(name)
    history.replaceState(null, '', location.pathname)
  } else if (!isFromFile) restore()
  count()
  form.addEventListener('change', event => {
    const cell = event.target.closest('[data-cell]')
    if (!cell) return
    set(cell, event.target.checked ? event.target.value : '')
    count()
  })
  for (const button of form.querySelectorAll('[data-fill]')) {
    button.hidden = false
    button.addEventListener('click', () => {
      for (const cell of cells) if (cell.dataset.session === button.dataset.session && !says(cell)) set(cell, button.dataset.fill)
      count()
    })
  }
}

if (form) start()
