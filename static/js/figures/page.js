// The figures of a commune's teams: a grid whose rows are teams, with sums below that follow each save.

import { element } from '../dom.js'
import { changes, FIELDS, LABELS, rowOf, rowOfId, savedValues, table } from '../grid/cells.js'
import { kind } from '../grid/kind.js'
import { afterSaving, start } from '../grid/page.js'
import { refresh, sendWaiting, touched } from '../grid/save.js'
import { say, showState } from '../grid/states.js'
import { newBatch } from '../grid/undo.js'
import { ask } from '../saving.js'

const copyButton = document.querySelector('[data-copy]')
const suggestButton = document.querySelector('[data-suggest]')
const TONES = { true: 'tag tag-good', false: 'tag tag-warn', null: 'tag tag-plain' }

Object.assign(kind, {
  url: row => `${table.dataset.url}to/${row.dataset.id}/`,
  nameOf: row => row.querySelector('[data-name]').textContent,
  nameHeld: () => 'Tổ này',
  previewOf: ({ row, values }) => [
    kind.nameOf(row),
    Object.entries(values).filter(([, text]) => text).map(([field, text]) => `${LABELS[field]}: ${text}`).join('; ')
  ],
  onTouched: offerSuggestions,
  onAccepted (row, held) {
    for (const [code, text] of Object.entries(held.derived)) {
      row.querySelector(`[data-derived="${code}"] .figures-read`).textContent = text
    }
    row.querySelector('[data-problems]').replaceChildren(...held.problems.map(text => element('li', '', text)))
    const sent = row.nextElementSibling
    if (!sent?.classList.contains('row-sent')) return
    for (const seen of sent.querySelectorAll('[data-seen]')) seen.value = `${seen.dataset.seen}|${held.version}`
  },
  onSaved: (row, answer) => showTotals(answer.totals)
})

function showTotals ({ reported, asked, columns }) {
  document.querySelector('[data-reported]').textContent = `${reported}/${asked}`
  for (const [code, { text, note, reaches }] of Object.entries(columns)) {
    const cell = table.tFoot.querySelector(`[data-total="${code}"]`)
    cell.querySelector('[data-sum]').textContent = text
    cell.querySelector('[data-note]').textContent = note
    const target = cell.querySelector('[data-target]')
    if (target) target.className = TONES[reaches]
  }
}

/** The rows whose empty cell has a suggestion from the register. */
const suggested = () => [...table.querySelectorAll('[data-suggestion]')].filter(cell => !cell.value)

function offerSuggestions () {
  const count = suggested().length
  suggestButton.hidden = !count
  suggestButton.textContent = `Lấy số hộ từ danh mục thôn (${count} tổ)`
}

function takeSuggestions () {
  const cells = suggested()
  const batch = newBatch()
  for (const cell of cells) {
    cell.value = cell.dataset.suggestion
    touched(rowOf(cell), batch)
  }
  sendWaiting()
  say(`Đã điền số hộ của ${cells.length} tổ.`)
}

async function copyPrevious () {
  await sendWaiting()
  say('Đang lấy số liệu kỳ trước…')
  const { status, answer } = await ask(copyButton.dataset.copy, {})
  if (status !== 200) {
    const why = { 0: 'Mất kết nối.', 409: 'Có người đang sửa cùng bảng này.' }[status]
    return say(`Chưa lấy được. ${why ?? Object.values(answer?.errors ?? {}).flat().join(' ')}`)
  }
  const batch = newBatch()
  for (const held of answer.rows) {
    const before = savedValues(rowOfId(held.id))
    refresh(held, FIELDS.filter(field => before[field] !== held[field]), batch)
    // What was refused, or typed meanwhile, still stands there and says so.
    if (!Object.keys(changes(rowOfId(held.id))).length) showState(rowOfId(held.id), 'saved', answer.saved_at)
  }
  showTotals(answer.totals)
  offerSuggestions()
  say(answer.said)
}

start()
offerSuggestions()
// A browser shows the caret; the whole cell is wanted, beside the columns that stay in sight.
table.addEventListener('focusin', event => event.target.scrollIntoView({ block: 'nearest', inline: 'nearest' }))
copyButton?.addEventListener('click', copyPrevious)
suggestButton.addEventListener('click', takeSuggestions)
for (const form of document.querySelectorAll('[data-acts]')) afterSaving(form, 'nhận')
