// Autosave: an answer is sent when typing stops or when it is left, one answer after another.

import { ask, queueOf } from '../saving.js'
import { accept, answerOf, answers, editorOf, hold, isChanged, keepOneEmptyRow, put, setVersion, typed, versionOf } from './answers.js'
import { isComposing } from './rich.js'
import { clearErrors, showConflict, showDerived, showErrors, showStanding, showState } from './states.js'
import { forget, remember } from './unsent.js'

const queue = queueOf(answers, send)

export const { sendWaiting } = queue

/** Something in the answer was typed, picked, pasted or put back. */
export function touched (answer) {
  remember(answer)
  keepOneEmptyRow(answer)
  if (answer.dataset.state === 'conflict') return
  clearErrors(answer)
  showState(answer, 'typing')
  queue.afterPause(answer, () => !isComposing(editorOf(answer)))
}

/** Resolves when the answer was sent, or need not be. */
export const save = answer => queue.now(answer)

/** What was written over the register's figure goes, the figure stands again. */
export const useComputed = answer => queue.now(answer, [['computed', '1']])

async function send (answer, instead) {
  if (answer.dataset.state === 'conflict') return
  if (!instead && !isChanged(answer)) return settle(answer)
  const sent = typed(answer)
  showState(answer, 'saving')
  const reply = await ask(answer.getAttribute('action'), [...(instead ?? sent), ['version', versionOf(answer)]])
  if (!reply.status) return wait(answer)
  if (reply.status === 200 && reply.answer) saved(answer, sent, reply.answer, Boolean(instead))
  else refused(answer, reply.status, reply.answer)
}

/** Nothing to send: the answer says again what the server holds. */
function settle (answer) {
  forget(answer)
  clearErrors(answer)
  if (answer.dataset.state && answer.dataset.state !== 'saved') showState(answer, 'saved')
}

function saved (answer, sent, reply, anew) {
  accept(answer, reply, sent)
  if (anew) put(answer, reply.field)
  clearErrors(answer)
  showDerived(reply.derived)
  showStanding(reply.standing)
  document.querySelector('[data-report-state]').textContent = reply.state
  followFigures(reply.drafts)
  const computed = answer.querySelector('[data-computed]')
  if (computed) computed.hidden = !reply.version
  remember(answer)
  if (isChanged(answer)) touched(answer)
  else showState(answer, 'saved', reply.saved_at)
}

/** Texts that nobody has written yet speak of the figures as they are now. */
function followFigures (drafts) {
  for (const [code, html] of Object.entries(drafts)) {
    const answer = answerOf(code)
    if (!answer || isChanged(answer) || answer.contains(document.activeElement)) continue
    editorOf(answer).innerHTML = html
    hold(answer)
  }
}

function wait (answer) {
  showState(answer, 'waiting')
  queue.retryLater()
}

function refused (answer, status, reply) {
  if (status === 409 && reply) return disputed(answer, reply)
  const why = { 403: 'Bạn không còn quyền sửa báo cáo này.', 404: 'Báo cáo này không còn.' }[status] ?? 'Không lưu được.'
  showState(answer, 'error')
  showErrors(answer, reply?.errors ?? { value: [why] })
}

function disputed (answer, conflict) {
  const resolve = () => {
    setVersion(answer, conflict.version)
    clearErrors(answer)
    showState(answer, 'typing')
  }
  const keepMine = () => {
    resolve()
    save(answer)
  }
  const takeTheirs = () => {
    resolve()
    put(answer, conflict.current)
    settle(answer)
  }
  showState(answer, 'conflict')
  showConflict(answer, conflict, keepMine, takeTheirs)
}
