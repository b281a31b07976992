// The page behind a sitting's QR code. What is typed is kept on this phone until the portal has answered, and sent with
// its age: the phone's clock may be wrong, what it measures between two of its readings is not.

import { element } from '../dom.js'
import { keptUnder } from '../kept.js'

const RETRY_MS = 15000
const SHORTEST = 9 // digits of a number without its leading zero
const kept = keptUnder('check-in', location.pathname)
const form = document.getElementById('check-in') // not there when the sitting is over
const answers = document.getElementById('answers')
const blocks = new Map() // number -> where its answer stands
const asked = new Set() // numbers whose owner must still say who they are
let sending = null

function csrfToken () {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? ''
}

const CLOCK = { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Ho_Chi_Minh' }
const clock = moment => new Date(moment).toLocaleTimeString('vi', CLOCK)

function show (number, ...content) {
  if (!blocks.has(number)) {
    blocks.set(number, element('div', ''))
    answers.prepend(blocks.get(number))
  }
  blocks.get(number).replaceChildren(...content)
}

function say (number, kind, text) {
  const words = element('div', `alert alert-${kind}`, text)
  words.setAttribute('role', 'status')
  show(number, words)
}

function sayKept (number, entry) {
  const hidden = `${number.slice(0, -3)}***`
  say(number, 'warning', `Số ${hidden}: đã ghi trên máy lúc ${clock(entry.at)}, sẽ gửi khi có mạng. Xin giữ trang này mở.`)
}

/** The portal's answer to a number; null from a dead network, or from a page that is not the portal's. */
async function ask (number, entry) {
  const age = Math.max(0, Math.round((Date.now() - entry.at) / 1000))
  const fields = new URLSearchParams({ phone: number, age, who: entry.who ?? '' })
  const headers = { 'X-CSRFToken': csrfToken() }
  const page = await fetch(location.pathname, { method: 'POST', headers, body: fields })
    .then(response => response.text()).catch(() => '')
  return new DOMParser().parseFromString(page, 'text/html').getElementById('answer')
}

async function send (number, entry) {
  const answer = await ask(number, entry)
  if (!answer) return sayKept(number, entry)
  const state = answer.dataset.state
  if (state === 'choose') asked.add(number)
  if (state === 'done' || state === 'refused') kept.drop(number)
  if (state === 'refused' && form && !form.phone.value) form.phone.value = number
  show(number, ...answer.children)
}

async function sendAll () {
  for (const [number, entry] of kept.entries()) if (!asked.has(number)) await send(number, entry)
}

/** One round at a time; what is typed during one goes with the next. */
function sendKept () {
  sending = (sending ?? Promise.resolve()).then(sendAll)
  return sending
}

form?.addEventListener('submit', event => {
  const number = form.phone.value.replace(/[^\d+]/g, '')
  if (number.length >= SHORTEST && !kept.has(number)) kept.keep(number, { at: Date.now() })
  event.preventDefault() // not before: a browser that keeps nothing sends the form itself
  if (number.length < SHORTEST) return say('', 'danger', 'Số điện thoại thiếu chữ số.')
  blocks.get('')?.replaceChildren()
  asked.delete(number)
  form.phone.value = ''
  say(number, 'info', 'Đang gửi…')
  sendKept()
})

// Several people with one number: who presses a button is the one.
answers.addEventListener('submit', event => {
  const number = event.target.phone.value
  if (!kept.has(number)) return // asked by a page that came without this script
  event.preventDefault()
  const entry = kept.entries().find(([key]) => key === number)[1]
  kept.keep(number, { ...entry, who: event.submitter.value })
  asked.delete(number)
  sendKept()
})

// The page for later: with a form in it, and all it is drawn with.
async function keepPage () {
  const drawn = performance.getEntriesByType('resource').filter(each => each.initiatorType !== 'fetch').map(each => each.name)
  const worker = await navigator.serviceWorker.ready
  worker.active.postMessage([...(form ? [location.pathname] : []), ...drawn])
}

navigator.serviceWorker?.register(answers.dataset.worker)
if (navigator.serviceWorker) window.addEventListener('load', keepPage)
window.addEventListener('online', sendKept)
setInterval(sendKept, RETRY_MS)
sendKept()
