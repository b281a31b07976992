// A block from Excel, pasted into a cell: the server reads it; the rows that it names take it, or those from here down.

import { element } from '../dom.js'
import { post } from '../saving.js'
import { control, isNew, LABELS, rowOf, rowOfId, rows, setValues, table } from './cells.js'
import { kind } from './kind.js'
import { sendWaiting, touched } from './save.js'
import { say, showNotes } from './states.js'
import { parseTsv } from './tsv.js'
import { newBatch } from './undo.js'

const PREVIEW_ABOVE = 30
const dialog = document.getElementById('grid-paste')

export async function onPaste (event) {
  const text = event.clipboardData.getData('text/plain')
  const cell = event.target
  if (!(cell.name in LABELS) || !/[\t\n]./s.test(text)) return // one cell: the browser's own paste
  event.preventDefault()
  say('Đang đọc khối vừa dán…')
  const response = await post(table.dataset.pasteUrl, { start: cell.name, cells: JSON.stringify(parseTsv(text)) })
    .catch(() => null)
  const block = await response?.json().catch(() => null)
  if (!response?.ok) return say(block?.errors?.[cell.name]?.join(' ') ?? 'Chưa dán được: mất kết nối. Hãy dán lại sau.')
  const plan = planOf(rowOf(cell), block)
  const isDoubtful = block.rows.length > PREVIEW_ABOVE || block.warnings.length
  if (isDoubtful && !await confirmed(plan, block)) return say('Đã bỏ, chưa dán gì.')
  const done = counts(plan, block)
  fill(plan)
  say(`Đã dán: ${done}.`)
}

/** Which row takes which values; beyond the last row new ones are made, if the grid makes any, when it is carried out. */
function planOf (first, block) {
  const below = rows().slice(rows().indexOf(first))
  const plan = block.rows.map(pasted => ({ row: pasted.id ? rowOfId(pasted.id) : below[pasted.place], ...pasted }))
  return plan.filter(({ row }) => row || kind.addRow)
}

const adds = plan => plan.filter(({ row }) => !row || isNew(row))
const edits = plan => plan.filter(({ row, values }) =>
  row && !isNew(row) && Object.entries(values).some(([field, value]) => control(row, field).value !== value))

function counts (plan, block) {
  const skipped = {}
  for (const [, reason] of block.skipped) skipped[reason] = (skipped[reason] ?? 0) + 1
  const left = Object.entries(skipped).map(([reason, count]) => `bỏ ${count} ${reason}`)
  if (plan.length < block.rows.length) left.push(`bỏ ${block.rows.length - plan.length} dòng thừa ở cuối`)
  const added = kind.addRow ? [`thêm ${adds(plan).length}`] : []
  return [...added, `sửa ${edits(plan).length}`, ...left].join(', ')
}

function confirmed (plan, block) {
  dialog.querySelector('[data-paste-counts]').textContent = `Sẽ ${counts(plan, block)}.`
  const repairs = plan.flatMap(({ notes }) => notes).length
  const notes = [...block.warnings, ...(repairs ? [`${repairs} chỗ được sửa hoặc cần xem lại, ghi ở từng dòng.`] : [])]
  dialog.querySelector('[data-paste-notes]').replaceChildren(...notes.map(note => element('li', '', note)))
  dialog.querySelector('[data-paste-rows]').replaceChildren(...plan.map(line))
  dialog.returnValue = ''
  dialog.showModal()
  return new Promise(resolve => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }))
}

function line (pasted) {
  const texts = [...kind.previewOf(pasted), pasted.notes.join(' · ')]
  return element('tr', '', '', ...texts.map(text => element('td', '', text)))
}

function fill (plan) {
  const batch = newBatch()
  for (const { row = kind.addRow(), values, notes } of plan) {
    setValues(row, values)
    touched(row, batch)
    showNotes(row, notes)
  }
  sendWaiting()
}
