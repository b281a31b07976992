// The search box of every page: first results while somebody types, by keyboard alone; Enter without a choice goes to
// the page of results, which also serves those without JavaScript.

const WAIT = 150 // ms without a key, so that a word typed in one go is one question

for (const form of document.querySelectorAll('[data-search]')) {
  const box = form.elements.q
  const list = form.querySelector('[role=listbox]')
  const status = form.querySelector('[data-search-status]')
  let timer, question, shown

  const options = () => [...list.querySelectorAll('a[role=option]')]
  const chosen = () => list.querySelector('[aria-selected=true]')

  function choose (option) {
    chosen()?.setAttribute('aria-selected', 'false')
    option?.setAttribute('aria-selected', 'true')
    option?.scrollIntoView({ block: 'nearest' })
    if (option) box.setAttribute('aria-activedescendant', option.id)
    else box.removeAttribute('aria-activedescendant')
  }

  function open (isOpen) {
    list.hidden = !isOpen
    box.setAttribute('aria-expanded', isOpen)
    if (!isOpen) choose(null)
  }

  function forget () {
    clearTimeout(timer)
    question?.abort()
    shown = undefined
    list.replaceChildren()
    status.textContent = ''
    open(false)
  }

  async function ask (typed) {
    question?.abort()
    question = new AbortController()
    const { signal } = question
    try {
      const answer = await fetch(`${form.action}?goi_y&${new URLSearchParams({ q: typed })}`, { signal })
      // After the end of the session the answer is the login form: Enter leads there, the box stays as it is.
      if (!answer.ok || answer.redirected) return forget()
      list.innerHTML = await answer.text()
    } catch {
      return // another question has been asked since, or the network is away: Enter tells
    }
    if (signal.aborted) return
    shown = typed
    choose(null)
    const count = options().length
    status.textContent = count ? `${count} kết quả, dùng phím mũi tên để chọn` : 'Không tìm thấy'
    open(list.childElementCount > 0 && document.activeElement === box)
  }

  function typing () {
    clearTimeout(timer)
    const typed = box.value.trim()
    if (typed.length < 2 && !/\d/.test(typed)) return forget()
    if (typed === shown) return open(list.childElementCount > 0)
    timer = setTimeout(ask, WAIT, typed)
  }

  function move (step) {
    const all = options()
    if (!all.length) return
    const at = all.indexOf(chosen())
    choose(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length])
  }

  box.addEventListener('input', event => { if (!event.isComposing) typing() })
  box.addEventListener('compositionend', typing)
  box.addEventListener('focus', () => { if (shown !== undefined && shown === box.value.trim()) open(list.childElementCount > 0) })
  box.addEventListener('keydown', event => {
    if (event.isComposing) return // these keys are the input method's own
    if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault() // which would empty the box
      open(false)
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (list.hidden && list.childElementCount) open(true)
      move(event.key === 'ArrowDown' ? 1 : -1)
    } else if (event.key === 'Enter' && chosen()) {
      event.preventDefault()
      location.assign(chosen().href)
    }
  })
  list.addEventListener('mousedown', event => event.preventDefault()) // the box keeps the focus until the click is over
  form.addEventListener('focusout', event => { if (!form.contains(event.relatedTarget)) open(false) })

  document.addEventListener('keydown', event => {
    const isTyping = event.target.closest('input, textarea, select, [contenteditable], dialog')
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    box.focus()
    box.select()
  })
}
