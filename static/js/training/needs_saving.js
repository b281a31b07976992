// Saves a commune's answer to a call when typing stops, and keeps in this browser what the server has not confirmed.
// What the server refused, or somebody else changed meanwhile, is not sent again by itself: a button does.

import { keptUnder } from '../kept.js'
import { STATES, ask, queueOf } from '../saving.js'

const MARKED = new Set(['error', 'conflict'])

/** `refresh()`: the ticks have changed, rows of wishes may be missing. */
export function needsSaving (form, refresh) {
  const kept = keptUnder('needs', form.dataset.needs)
  const shown = document.querySelector('[data-saving]')
  const queue = queueOf(() => [form], send)
  let held = asShown()
  let leaving = false

  /** What the page came with, whatever was typed into it before its scripts had come. */
  function asShown () {
    const copy = form.cloneNode(true)
    copy.reset()
    return JSON.stringify(typed(copy))
  }

  const isUnsent = () => JSON.stringify(typed(form)) !== held
  const isForHands = () => form.dataset.state === 'conflict' || 'refused' in form.dataset

  function say (state, more = '') {
    form.dataset.state = state
    shown.textContent = [STATES[state], more].filter(Boolean).join(' ')
    shown.classList.toggle('text-danger', MARKED.has(state))
  }

  function remember () {
    if (!isUnsent()) return kept.drop('form')
    // Typed on while the form is on its way: it goes on from what the form itself saves.
    kept.keep('form', { version: leaving ? '' : form.elements.version.value, pairs: typed(form) })
  }

  function touched () {
    remember()
    if (isForHands()) return
    say('typing')
    queue.afterPause(form)
  }

  async function send () {
    if (isForHands()) return
    if (!isUnsent()) return say('saved')
    const sent = typed(form)
    say('saving')
    const { status, answer } = await ask(location.href, [...sent, ['version', form.elements.version.value]])
    if (!status) {
      say('waiting')
      return queue.retryLater()
    }
    if (status !== 200 || !answer) return refused(status, answer)
    form.elements.version.value = answer.version
    held = JSON.stringify(sent)
    remember()
    if (kept.has('form')) touched()
    else say('saved', `lúc ${answer.saved_at}`)
  }

  function refused (status, answer) {
    if (status === 409) return say('conflict', '– bấm “Lưu” để xem khác nhau ở đâu; phần đã gõ vẫn còn')
    say('error', `: ${answer?.told?.join(' ') ?? 'bạn không còn quyền ghi ở đây, hoặc đợt đăng ký đã chốt.'}`)
  }

  /** Typed on an earlier visit: the server is asked with the version of then, whether it has it, or something else. */
  function putBack ({ version, pairs }) {
    if (version) form.elements.version.value = version
    for (const box of form.querySelectorAll('[type=checkbox]')) box.checked = pairs.some(([name, value]) => name === box.name && value === box.value)
    refresh()
    const words = new Map(pairs)
    for (const field of form.querySelectorAll('input:not([type=checkbox], [type=hidden]), select')) field.value = words.get(field.name) ?? ''
    touched()
    queue.now(form)
  }

  form.addEventListener('input', touched)
  window.addEventListener('online', queue.sendWaiting)
  form.addEventListener('submit', async event => {
    if (leaving || isForHands()) return remember()
    leaving = !isUnsent()
    if (leaving) return
    event.preventDefault()
    const { submitter } = event
    await queue.now(form) // an ended session asks for a new login here, where nothing is lost
    if (form.dataset.state === 'waiting') return
    leaving = true
    form.requestSubmit(submitter)
  })
  window.addEventListener('pageshow', () => {
    leaving = false
    const [[, earlier] = []] = kept.entries()
    if ('refused' in form.dataset) remember()
    else if (earlier) putBack(earlier)
  })
}

/** [name, value] of all that is ticked or not empty. */
function typed (form) {
  return [...new FormData(form)].filter(([name, value]) => value && !['csrfmiddlewaretoken', 'version'].includes(name))
}
