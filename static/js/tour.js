// The three steps that show newcomers around: a dialog beside the page, which stays usable. Escape or "Bỏ qua" ends it.

const tour = document.querySelector('[data-tour]')
const steps = [...tour.querySelectorAll('[data-step]')]
const [next, back, close] = ['next', 'back', 'close'].map(name => tour.querySelector(`[data-${name}]`))
const before = document.activeElement
let at = 0

function show (step) {
  at = step
  const isLast = at === steps.length - 1
  steps.forEach((section, index) => { section.hidden = index !== at })
  const title = steps[at].querySelector('h2')
  document.getElementById('tour-title')?.removeAttribute('id')
  title.id = 'tour-title'
  next.textContent = isLast ? 'Xong' : 'Tiếp'
  back.hidden = at === 0
  close.hidden = isLast
  title.focus()
}

function end () {
  tour.close()
  const wasSomewhere = before && before !== document.body
  ;(wasSomewhere ? before : document.getElementById('content')).focus()
  window.cdt.fetch(tour.dataset.seenUrl, { method: 'POST' }).catch(() => {}) // else it comes again
}

next.addEventListener('click', () => at < steps.length - 1 ? show(at + 1) : end())
back.addEventListener('click', () => show(at - 1))
close.addEventListener('click', end)
tour.addEventListener('keydown', event => { if (event.key === 'Escape') end() })

tour.show()
show(0)
