// Autosave: a row is sent when typing stops or when it is left, whole or not at all, one row after another.

import { ask, queueOf } from '../saving.js'
import { accept, changes, FIELDS, isNew, LABELS, rowOfId, rowOfKey, rows, savedValues, setValues } from './cells.js'
import { kind } from './kind.js'
import { clearConflict, clearErrors, say, showConflict, showErrors, showNotes, showState } from './states.js'
import { newBatch, push } from './undo.js'
import { forget, remember } from './unsent.js'

const batchOf = new WeakMap()
const queue = queueOf(rows, send)

export const { sendWaiting } = queue

/** Something in the row was typed, picked, pasted or put back. */
export function touched (row, batch = 0) {
  remember(row)
  batchOf.set(row, batch)
  kind.onTouched(row)
  if (row.dataset.state === 'conflict') return
  clearErrors(row)
  showNotes(row, [])
  showState(row, 'typing')
  queue.afterPause(row, () => kind.isDue(row))
}

/** Resolves when the row was sent, or need not be. `undoing` keeps the change off the stack. */
export function save (row, { undoing = false, ...extra } = {}) {
  return queue.now(row, extra, undoing)
}

async function send (row, extra = {}, undoing = false) {
  const sent = changes(row)
  if (row.dataset.state === 'conflict' || !row.isConnected) return
  if (kind.isBlank(row) || !Object.keys(sent).length) return settle(row)
  showState(row, 'saving')
  const fields = { version: row.dataset.version, ...kind.identity(row), ...sent, ...extra }
  const { status, answer } = await ask(kind.url(row), fields)
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
  const others = answer.others ?? []
  if (others.length) batchOf.set(row, newBatch())
  for (const other of others) refresh(other, kind.fieldsOfOthers, batchOf.get(row), undoing)
  clearErrors(row)
  if (answer.notes?.length) showNotes(row, answer.notes)
  kind.onSaved(row, answer)
  if (!undoing) remind(row, added, before, sent, batchOf.get(row))
  remember(row)
  if (Object.keys(changes(row)).length) touched(row, batchOf.get(row))
  else showState(row, 'saved', answer.saved_at)
}

/** A row that the server changed in `fields`, together with others, and that is put back together with them. */
export function refresh (held, fields, batch, undoing = false) {
  const row = rowOfId(held.id)
  if (!row) return
  const before = savedValues(row)
  accept(row, held)
  if (!undoing) remind(row, false, before, Object.fromEntries(fields.map(field => [field, held[field]])), batch)
}

function remind (row, added, before, sent, batch) {
  const { key } = row.dataset
  const name = kind.nameOf(row)
  if (added) return push(null, batch, `thêm ${name}`, () => kind.undoAdded(key)) // of the page, not of the row's Ctrl+Z
  const old = Object.fromEntries(Object.keys(sent).map(field => [field, before[field]]))
  const cells = Object.keys(sent).map(field => LABELS[field].toLowerCase()).join(', ')
  push(key, batch, `sửa ${cells} của ${name}`, () => putBack(key, old))
}

async function putBack (key, values) {
  const row = rowOfKey(key)
  if (!row) return say('Dòng này không còn trong danh sách, không hoàn tác được.')
  setValues(row, values)
  touched(row)
  await save(row, { undoing: true })
}

function wait (row) {
  showState(row, 'waiting')
  queue.retryLater()
}

function refused (row, sent, status, answer) {
  if (status === 409) return disputed(row, sent, answer)
  const why = { 403: 'Bạn không còn quyền sửa tổ này.', 404: 'Tổ hoặc dòng này không còn.' }[status] ?? 'Không lưu được.'
  showState(row, 'error')
  showErrors(row, answer?.errors ?? { [FIELDS[0]]: [why] })
  kind.onRefused(row, answer)
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
    if (kind.hasGone(current)) row.remove()
    else setValues(row, savedValues(row))
    settle(row)
    kind.onTouched(row)
  }
  showState(row, 'conflict')
  showConflict(row, conflict, Object.fromEntries(disagreed), keepMine, takeTheirs)
}

function resolve (row, current) {
  clearConflict(row)
  if (!kind.hasGone(current)) accept(row, current)
  showState(row, 'typing')
}
