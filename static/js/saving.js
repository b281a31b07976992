// Autosave, whatever a page edits: what the states are called, how an item is sent, one after another.

export const STATES = {
  typing: '✎ đang sửa',
  saving: '↻ đang lưu',
  saved: '✓ đã lưu',
  waiting: '… đang chờ kết nối',
  unsent: '● chưa gửi',
  error: '✕ lỗi, chưa lưu',
  conflict: '⚠ người khác vừa sửa'
}
/** An item being typed or sent right now is not counted among those that wait for something. */
export const UNSENT = new Set(['waiting', 'unsent', 'error', 'conflict'])
const TO_SEND = new Set(['waiting', 'unsent', 'typing']) // those with an error or a conflict wait for the user
const PAUSE_MS = 800
const RETRY_MS = 10000

export function post (url, fields) {
  return window.cdt.fetch(url, { method: 'POST', headers: { Accept: 'application/json' }, body: new URLSearchParams(fields) })
}

/** What came of a save: {status, answer}; status 0 when nobody answered, so that it is to be tried again. */
export async function ask (url, fields) {
  const response = await post(url, fields).catch(() => null)
  if (!response || response.status >= 500) return { status: 0, answer: null }
  return { status: response.status, answer: await response.json().catch(() => null) }
}

/** `items()`: all items of the page, each with its `dataset.state`; `send(item, ...extra)` sends one of them. */
export function queueOf (items, send) {
  const timers = new WeakMap()
  let line = Promise.resolve()
  let retry = 0

  /** Resolves when the item was sent, or need not be. */
  function now (item, ...extra) {
    clearTimeout(timers.get(item))
    line = line.then(() => send(item, ...extra))
    return line
  }

  /** When typing has stopped; not at all if it is not `due` by then. */
  function afterPause (item, due = () => true) {
    clearTimeout(timers.get(item))
    timers.set(item, setTimeout(() => { if (due()) now(item) }, PAUSE_MS))
  }

  /** What could not be sent, in its order. */
  function sendWaiting () {
    for (const item of items()) if (TO_SEND.has(item.dataset.state)) now(item)
    return line
  }

  function retryLater () {
    clearTimeout(retry)
    retry = setTimeout(sendWaiting, RETRY_MS)
  }

  return { now, afterPause, sendWaiting, retryLater }
}
