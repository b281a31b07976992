// Autosave: a row is sent when typing stops or when it is left, whole or not at all, one row after another.

import { ask, post, queueOf } from '../saving.js'
import { accept, changes, control, countMembers, isBlank, isNew, keepOneEmptyRow, LABELS, rowOfId, rowOfPerson, rows, savedValues, setValues, table } from './grid.js'
import { clearConflict, clearErrors, offerLeader, say, showConflict, showErrors, showFindings, showNotes, showState } from './states.js'
import { newBatch, push } from './undo.js'
import { forget, remember } from './unsent.js'

const batchOf = new WeakMap()
const queue = queueOf(rows, send)

export const { sendWaiting } = queue

export const rowUrl = (row, action = '') => `${table.dataset.addUrl}${isNew(row) ? '' : `${row.dataset.id}/`}${action}`

/** Something in the row was typed, picked, pasted or put back. */
export function touched (row, batch = 0) {
  remember(row)
  batchOf.set(row, batch)
  keepOneEmptyRow()
  if (row.dataset.state === 'conflict') return
  clearErrors(row)
  showNotes(row, [])
  showState(row, 'typing')
  queue.afterPause(row, () => !isNew(row) || control(row, 'full_name').value.trim())
}

/** Resolves when the row was sent, or need not be. `undoing` keeps the change off the stack. */
export function save (row, { undoing = false, ...extra } = {}) {
  return queue.now(row, extra, undoing)
}

async function send (row, extra = {}, undoing = false) {
  const sent = changes(row)
  if (row.dataset.state === 'conflict' || !row.isConnected) return
  if (isBlank(row) || !Object.keys(sent).length) return settle(row)
  showState(row, 'saving')
  const { version, person } = row.dataset
  const { status, answer } = await ask(rowUrl(row), { version, person, ...sent, ...extra })
  if (!status) return wait(row)
  if (status === 200 && answer) saved(row, sent, answer, undoing)
  else refused(row, sent, status, answer)
}

/** Nothing to send: the row says again what the server holds. */
function settle (row) {
  forget(row)
  clearErrors(row)
  if (row.dataset.state && row.dataset.state !== 'saved') showState(row, isNew(row) ? '' : 'saved')
}

function saved (row, sent, answer, undoing) {
  const added = isNew(row)
  const before = savedValues(row)
  accept(row, answer.row, sent)
  if (answer.others.length) batchOf.set(row, newBatch())
  for (const other of answer.others) refresh(other, batchOf.get(row), undoing)
  clearErrors(row)
  if (answer.notes.length) showNotes(row, answer.notes)
  showFindings(answer.findings)
  countMembers()
  if (!undoing) remind(row, added, before, sent, batchOf.get(row))
  remember(row)
  if (Object.keys(changes(row)).length) touched(row, batchOf.get(row))
  else showState(row, 'saved', answer.saved_at)
}

/** A row that changed together with another, and is put back together with it: the leader who made room. */
function refresh (held, batch, undoing) {
  const row = rowOfId(held.id)
  if (!row) return
  const before = savedValues(row)
  accept(row, held)
  if (!undoing) remind(row, false, before, { role: held.role }, batch)
}

function remind (row, added, before, sent, batch) {
  const { person } = row.dataset
  const name = control(row, 'full_name').value
  if (added) return push(null, batch, `thêm ${name}`, () => takeOut(person)) // of the page, not of the row's Ctrl+Z
  const old = Object.fromEntries(Object.keys(sent).map(field => [field, before[field]]))
  const cells = Object.keys(sent).map(field => LABELS[field].toLowerCase()).join(', ')
  push(person, batch, `sửa ${cells} của ${name}`, () => putBack(person, old))
}

async function putBack (person, values) {
  const row = rowOfPerson(person)
  if (!row) return say('Dòng này không còn trong danh sách, không hoàn tác được.')
  setValues(row, values)
  touched(row)
  await save(row, { undoing: true })
}

async function takeOut (person) {
  const row = rowOfPerson(person)
  if (!row) return
  const today = new Date().toLocaleDateString('en-GB', { timeZone: 'Asia/Ho_Chi_Minh' })
  const { version } = row.dataset
  const response = await post(rowUrl(row, 'thoi/'), { version, left_on: today, left_reason: 'mistake' })
  if (!response.ok) return say('Chưa hoàn tác được: dòng này vừa thay đổi.')
  say(`Đã bỏ ${control(row, 'full_name').value} vừa thêm.`)
  row.remove()
  keepOneEmptyRow()
  countMembers()
}

function wait (row) {
  showState(row, 'waiting')
  queue.retryLater()
}

function refused (row, sent, status, answer) {
  if (status === 409) return disputed(row, sent, answer)
  const why = { 403: 'Bạn không còn quyền sửa tổ này.', 404: 'Tổ hoặc dòng này không còn.' }[status] ?? 'Không lưu được.'
  showState(row, 'error')
  showErrors(row, answer?.errors ?? { full_name: [why] })
  if (answer?.leader) offerLeader(row, answer.leader, () => save(row, { replace_leader: '1' }))
}

function disputed (row, sent, conflict) {
  const { current } = conflict
  const disagreed = current ? Object.entries(sent).filter(([field, value]) => value !== current[field]) : Object.entries(sent)
  const keepMine = () => {
    resolve(row, current)
    save(row)
  }
  const takeTheirs = () => {
    resolve(row, current)
    if (!current || current.left_on) row.remove()
    else setValues(row, savedValues(row))
    settle(row)
    keepOneEmptyRow()
  }
  showState(row, 'conflict')
  showConflict(row, conflict, Object.fromEntries(disagreed), keepMine, takeTheirs)
}

function resolve (row, current) {
  clearConflict(row)
  if (current && !current.left_on) accept(row, current)
  showState(row, 'typing')
}
