// The editor of a report: what the modules beside this one do, tied to the page's events.

import { button, element } from '../dom.js'
import { answerOf, answers, appendRows, dropRows, editorOf, holdAsShown, isChanged, keepOneEmptyRow, putTyped, setVersion, tidy } from './answers.js'
import { enrich } from './rich.js'
import { save, sendWaiting, touched, useComputed } from './save.js'
import { showState, showUnsent } from './states.js'
import { forgetCode, holdsUnsent, orphans, remembered } from './unsent.js'

function setUp (answer) {
  holdAsShown(answer)
  enrich(answer, () => touched(answer))
  keepOneEmptyRow(answer)
  answer.addEventListener('input', () => touched(answer))
  answer.addEventListener('focusout', event => leave(answer, event.relatedTarget))
  answer.addEventListener('submit', event => {
    event.preventDefault()
    if (event.submitter && 'computed' in event.submitter.dataset) useComputed(answer)
    else save(answer)
  })
  answer.addEventListener('click', event => {
    const off = event.target.closest('[data-row-off]')
    if (off) takeOut(answer, off.closest('[data-row]'))
    const again = event.target.closest('[data-again]')
    if (again) useAgain(answer, again.dataset.again)
  })
  for (const again of answer.querySelectorAll('[data-again]')) again.hidden = false
  if (isChanged(answer)) touched(answer)
}

function leave (answer, target) {
  if (answer.contains(target)) return
  tidy(answer)
  if (answer.dataset.state === 'typing') save(answer)
}

function takeOut (answer, row) {
  row.remove()
  touched(answer)
}

/** As if it was typed over what stands there, so that Ctrl+Z takes it back; a list of choices has no such memory. */
function useAgain (answer, text) {
  const control = answer.elements.raw
  if (control.tagName === 'SELECT') {
    control.value = text
    return touched(answer)
  }
  control.focus()
  control.select()
  document.execCommand('insertText', false, text)
}

/** The last period's content, below what stands there. Of a text Ctrl+Z takes it back, of a table a button. */
function setUpPrevious (details) {
  setUpPreviousText(details)
  setUpPreviousRows(details)
}

function setUpPreviousRows (details) {
  const again = details.querySelector('[data-again-rows]')
  const answer = details.parentElement.querySelector('[data-answer]')
  if (!again) return
  const rows = [...details.querySelectorAll('[data-previous-row]')].map(row => [...row.cells].map(cell => cell.textContent.trim()))
  again.hidden = false
  again.addEventListener('click', () => {
    tellRows(answer, details.parentElement.querySelector('[data-rows-added]'), appendRows(answer, rows))
    touched(answer)
    details.open = false
  })
}

function tellRows (answer, place, put) {
  const undo = button('Bỏ các dòng này', () => {
    dropRows(answer, put)
    touched(answer)
    place.hidden = true
  })
  place.replaceChildren(...(put.length ? [`Đã thêm ${put.length} dòng của kỳ trước. `, undo] : ['Bảng đã có đủ các dòng của kỳ trước.']))
  place.hidden = false
}

function setUpPreviousText (details) {
  const again = details.querySelector('[data-again-text]')
  const answer = details.parentElement.querySelector('[data-answer]')
  if (!again) return
  again.hidden = false
  again.addEventListener('click', () => {
    append(editorOf(answer), details.querySelector('[data-previous]').innerHTML)
    details.open = false
  })
}

function append (editor, html) {
  editor.focus()
  const selection = document.getSelection()
  selection.selectAllChildren(editor)
  if (editor.innerText.trim()) {
    selection.collapseToEnd()
    document.execCommand('insertParagraph')
  }
  document.execCommand('insertHTML', false, html)
}

/** What an earlier visit could not send stands in its place again and is sent. */
function restore () {
  for (const [code, { version, pairs }] of remembered()) {
    const answer = answerOf(code)
    setVersion(answer, version)
    putTyped(answer, pairs)
    const figure = answer.closest('details')
    if (figure) figure.open = true
    showState(answer, 'unsent')
  }
  for (const [code, { label, words }] of orphans()) tellOrphan(code, label, words)
  sendWaiting()
}

function tellOrphan (code, label, words) {
  const notice = element('div', 'alert alert-warning', `Mục “${label}” không còn trong báo cáo. Phần chưa gửi: ${words} `)
  notice.append(button('Bỏ phần này', () => { forgetCode(code); notice.remove() }))
  document.querySelector('[data-orphans]').append(notice)
}

/** Pages that show the report anew wait until all of it is there. */
async function afterSaving (event) {
  if (!holdsUnsent()) return
  event.preventDefault()
  const link = event.currentTarget
  await sendWaiting()
  if (!holdsUnsent()) return link.click()
  showUnsent()
  answers().find(answer => answer.dataset.state && answer.dataset.state !== 'saved')?.scrollIntoView({ block: 'center' })
}

answers().forEach(setUp)
document.querySelectorAll('.previous').forEach(setUpPrevious)
for (const link of document.querySelectorAll('[data-submit], [data-waits]')) link.addEventListener('click', afterSaving)
window.addEventListener('online', sendWaiting)
window.addEventListener('beforeunload', event => { if (holdsUnsent()) event.preventDefault() })
restore()
