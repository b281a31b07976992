// The desk by keyboard: j and k go on and back, a accepts, r returns; never while somebody types.

const rows = [...document.querySelectorAll('[data-queue] tbody tr')]
let here = -1

function toRow (index) {
  rows[here]?.classList.remove('here')
  here = Math.min(Math.max(index, 0), rows.length - 1)
  rows[here].classList.add('here')
  rows[here].querySelector('a').focus()
}

function go (step) {
  if (rows.length) return toRow(here + step)
  document.querySelector(step > 0 ? 'a[rel=next]' : 'a[rel=prev]')?.click()
}

function accept () {
  const form = document.querySelector('[data-accept]')
  if (form && window.confirm(form.dataset.accept)) form.requestSubmit()
}

function giveBack () {
  const note = document.querySelector('[data-return] textarea')
  note?.scrollIntoView({ block: 'center' })
  note?.focus()
}

const ACTS = { j: () => go(1), k: () => go(-1), a: accept, r: giveBack }

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return
  if (event.target.closest('input, textarea, select, [contenteditable]')) return
  const act = ACTS[event.key]
  if (!act) return
  event.preventDefault()
  act()
})
