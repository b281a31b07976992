// Keeps a page usable across the end of its session: warns before, asks to log in again in a second window, and
// repeats what was refused. `window.cdt.fetch(url, options)` is how scripts of the portal talk to the server.

const body = document.body
const user = body.dataset.user
const idleMs = Number(body.dataset.idleMinutes) * 60000
const WARN_MS = 2 * 60000 // the server rounds the last activity down by up to a minute: at least one minute is left
const TOUCH_MS = 60000
const ACTIVITY = 'cdt-activity' // shared by all tabs of this browser

let renewal = null // the promise of a running re-login

function csrfToken () {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? ''
}

/** Like window.fetch for our own addresses: adds the CSRF token; on 401 waits for a new login and repeats once. */
async function cdtFetch (url, options = {}) {
  const response = await send(url, options)
  if (response.status !== 401) return response
  await renew()
  return send(url, options)
}

function send (url, options) {
  const headers = new Headers(options.headers)
  headers.set('X-Requested-With', 'XMLHttpRequest')
  headers.set('X-CSRFToken', csrfToken())
  if (!headers.has('X-CDT-Background')) noteActivity()
  return fetch(url, { credentials: 'same-origin', ...options, headers })
}

// Activity ------------------------------------------------------------------------------------------------------------

function noteActivity () {
  localStorage.setItem(ACTIVITY, String(Date.now()))
}

function idleFor () {
  return Date.now() - Number(localStorage.getItem(ACTIVITY))
}

// Typing is activity even where nothing is sent: once a minute the server is told.
function touch () {
  if (renewal || idleFor() < TOUCH_MS || idleFor() >= idleMs) return
  noteActivity()
  askState()
}

async function askState (background = false) {
  const headers = { Accept: 'application/json', ...(background && { 'X-CDT-Background': '1' }) }
  const response = await fetch(body.dataset.sessionUrl, { headers })
  return response.ok ? response.json() : null
}

function watch () {
  if (renewal) return
  const left = idleMs - idleFor()
  if (left <= 0) renew()
  else if (left <= WARN_MS) showWarning()
  else warning.close()
}

// The new login -------------------------------------------------------------------------------------------------------

function renew () {
  renewal ??= new Promise(resolve => {
    warning.close()
    login.showModal()
    renewed = resolve
  }).finally(() => { renewal = null })
  return renewal
}
let renewed = () => {}

async function checkRenewal () {
  if (!renewal) return
  const state = await askState(true).catch(() => null)
  if (!state?.user) return
  if (String(state.user) !== user) {
    alert('Người khác vừa đăng nhập trên trình duyệt này. Trang sẽ tải lại theo tài khoản đó.')
    location.reload()
    return
  }
  for (const input of document.querySelectorAll('input[name=csrfmiddlewaretoken]')) input.value = csrfToken()
  noteActivity()
  login.close()
  renewed()
}

// What is shown -------------------------------------------------------------------------------------------------------

function dialog (title, text, label, action) {
  const element = document.createElement('dialog')
  element.className = 'card p-4 narrow'
  const heading = document.createElement('h2')
  heading.className = 'card-title'
  heading.textContent = title
  const words = document.createElement('p')
  words.textContent = text
  const button = document.createElement('button')
  button.className = 'btn btn-primary'
  button.type = 'button'
  button.textContent = label
  button.addEventListener('click', action)
  element.append(heading, words, button)
  body.append(element)
  return element
}

const warning = dialog(
  'Phiên làm việc sắp hết',
  'Bạn chưa thao tác một lúc. Phiên sẽ hết sau khoảng một phút; phần đang gõ vẫn còn ở đây.',
  'Tiếp tục làm việc',
  () => { warning.close(); noteActivity(); askState() }
)
const login = dialog(
  'Phiên làm việc đã hết',
  'Đăng nhập lại trong cửa sổ mới; phần đang gõ vẫn còn ở đây.',
  'Đăng nhập lại',
  () => window.open(`${body.dataset.loginUrl}?next=${encodeURIComponent(body.dataset.renewedUrl)}`, 'cdt-login')
)
login.addEventListener('cancel', event => event.preventDefault())

function showWarning () {
  if (!warning.open) warning.showModal()
}

// Wiring --------------------------------------------------------------------------------------------------------------

function start () {
  noteActivity()
  for (const kind of ['keydown', 'pointerdown']) document.addEventListener(kind, touch, { passive: true })
  setInterval(watch, 5000)
  new BroadcastChannel('cdt-session').addEventListener('message', checkRenewal)
  window.addEventListener('focus', checkRenewal)
  document.addEventListener('htmx:configRequest', event => {
    const background = 'X-CDT-Background' in event.detail.headers
    if (background && renewal) event.preventDefault() // what is asked by the clock would be refused again and again
    if (!background) noteActivity()
    event.detail.headers['X-CSRFToken'] = csrfToken()
  })
  document.addEventListener('htmx:responseError', async event => {
    if (event.detail.xhr.status !== 401) return
    const { verb, path } = event.detail.requestConfig
    const { elt: source, target } = event.detail
    await renew()
    window.htmx.ajax(verb, path, { source, target, values: event.detail.requestConfig.parameters })
  })
}

if (user) start()
window.cdt = { ...window.cdt, fetch: cdtFetch, renew }
