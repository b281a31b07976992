// The roster of a team: what the modules beside this one do, tied to the page's events.

import { button, element } from '../dom.js'
import { addRow, keepOneEmptyRow, LABELS, rowOf, rowOfPerson, setValues, table, tidy } from './grid.js'
import { onChange, onFocusIn, onKeyDown, onMouseDown } from './keyboard.js'
import { ask } from './leave.js'
import { onPaste } from './paste.js'
import { save, sendWaiting, touched } from './save.js'
import { say, showState } from './states.js'
import { forgetPerson, holdsUnsent, orphans, remembered } from './unsent.js'

const help = document.getElementById('roster-help')
const bulk = document.querySelector('[data-bulk]')

function onInput (event) {
  if (event.target.name in LABELS) touched(rowOf(event.target))
}

function onFocusOut (event) {
  if (!(event.target.name in LABELS)) return
  tidy(event.target)
  const row = rowOf(event.target)
  if (!row.contains(event.relatedTarget) && row.dataset.state === 'typing') save(row)
}

function onTick () {
  const ticked = table.querySelectorAll('[name=m]:checked').length
  bulk.disabled = !ticked
  bulk.textContent = ticked ? `Thay đổi ${ticked} dòng đã chọn…` : 'Thay đổi các dòng đã chọn…'
}

/** What an earlier visit could not send stands in its row again and is sent. */
function restore () {
  const lost = orphans()
  for (const { person, id, version, values } of remembered()) {
    const row = rowOfPerson(person) ?? (id ? null : addRow())
    if (!row) continue
    row.dataset.person = person
    if (id) row.dataset.version = version
    setValues(row, values)
    showState(row, 'unsent')
  }
  for (const entry of lost) tellOrphan(entry)
  keepOneEmptyRow()
  sendWaiting()
}

function tellOrphan ({ person, name, values }) {
  const texts = Object.entries(values).map(([field, value]) => `${LABELS[field]}: ${value}`).join('; ')
  const notice = element('div', 'alert alert-warning', `${name} không còn trong danh sách. Phần chưa gửi: ${texts}. `)
  notice.append(button('Bỏ phần này', () => { forgetPerson(person); notice.remove() }))
  table.parentElement.before(notice)
}

table.addEventListener('input', onInput)
table.addEventListener('keydown', onKeyDown)
table.addEventListener('focusin', onFocusIn)
table.addEventListener('focusout', onFocusOut)
table.addEventListener('mousedown', onMouseDown)
table.addEventListener('change', event => { onChange(event); onTick() })
table.addEventListener('paste', onPaste)
table.addEventListener('click', event => {
  const leave = event.target.closest('[data-leave]')
  if (leave) ask(leave)
})
document.querySelector('[data-help]').addEventListener('click', () => help.showModal())
document.addEventListener('keydown', event => {
  if (event.key === '?' && !event.target.closest('input, select, textarea, dialog')) help.showModal()
})
document.getElementById('bulk').addEventListener('submit', async event => {
  if (!holdsUnsent()) return
  event.preventDefault()
  await sendWaiting()
  if (holdsUnsent()) say('Còn dòng chưa gửi: hãy xử lý các dòng đó rồi thay đổi hàng loạt.')
  else event.target.requestSubmit()
})
window.addEventListener('online', sendWaiting)
window.addEventListener('beforeunload', event => { if (holdsUnsent()) event.preventDefault() })
restore()
onTick()
