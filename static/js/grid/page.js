// A grid of inputs that saves itself: what the modules beside this one do, tied to the page's events.

import { button, element } from '../dom.js'
import { changes, LABELS, rowOf, rowOfKey, rows, setValues, table, tidy } from './cells.js'
import { onChange, onFocusIn, onKeyDown, onMouseDown } from './keyboard.js'
import { kind } from './kind.js'
import { onPaste } from './paste.js'
import { save, sendWaiting, touched } from './save.js'
import { say, showState } from './states.js'
import { forgetKey, holdsUnsent, orphans, remembered } from './unsent.js'

const help = document.getElementById('grid-help')

function onInput (event) {
  if (event.target.name in LABELS) touched(rowOf(event.target))
}

function onFocusOut (event) {
  if (!(event.target.name in LABELS)) return
  tidy(event.target)
  const row = rowOf(event.target)
  if (!row.contains(event.relatedTarget) && row.dataset.state === 'typing') save(row)
}

/** What an earlier visit could not send stands in its row again and is sent. */
function restore () {
  const lost = orphans()
  for (const { key, id, version, values } of remembered()) {
    const row = rowOfKey(key) ?? (id ? null : kind.addRow?.())
    if (!row) continue
    row.dataset.key = key
    if (id) row.dataset.version = version
    setValues(row, values)
    showState(row, 'unsent')
    kind.onTouched(row)
  }
  for (const entry of lost) tellOrphan(entry)
  sendWaiting()
}

function tellOrphan ({ key, name, values }) {
  const texts = Object.entries(values).map(([field, value]) => `${LABELS[field] ?? field}: ${value}`).join('; ')
  const notice = element('div', 'alert alert-warning', `${name} không còn trong danh sách. Phần chưa gửi: ${texts}. `)
  notice.append(button('Bỏ phần này', () => { forgetKey(key); notice.remove() }))
  table.parentElement.before(notice)
}

/** A form that leaves the page, or acts on its rows, waits until they are sent. */
export function afterSaving (form, what) {
  form.addEventListener('submit', async event => {
    if (!holdsUnsent()) return
    event.preventDefault()
    const { submitter } = event
    await sendWaiting()
    if (holdsUnsent()) say(`Còn dòng chưa gửi: hãy xử lý các dòng đó rồi ${what}.`)
    else form.requestSubmit(submitter)
  })
}

/** Once `kind` says what this grid is. */
export function start () {
  table.addEventListener('input', onInput)
  table.addEventListener('keydown', onKeyDown)
  table.addEventListener('focusin', onFocusIn)
  table.addEventListener('focusout', onFocusOut)
  table.addEventListener('mousedown', onMouseDown)
  table.addEventListener('change', onChange)
  table.addEventListener('paste', onPaste)
  document.querySelector('[data-help]').addEventListener('click', () => help.showModal())
  document.addEventListener('keydown', event => {
    if (event.key === '?' && !event.target.closest('input, select, textarea, dialog')) help.showModal()
  })
  window.addEventListener('online', sendWaiting)
  window.addEventListener('beforeunload', event => { if (holdsUnsent()) event.preventDefault() })
  restore()
  for (const row of rows()) if (isTyped(row)) touched(row)
}

/** Typed in before the scripts had come. */
const isTyped = row => !row.dataset.state && !kind.isBlank(row) && Object.keys(changes(row)).length > 0
