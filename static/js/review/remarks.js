// Why a report is given back: a ready comment goes where the reviewer was writing; nothing typed is left behind.

const remarks = [...document.querySelectorAll('[data-remark]')]
let last = document.getElementById('ly-do')
let leaving = false

document.addEventListener('focusin', event => { if (event.target.matches('[data-remark]')) last = event.target })
document.addEventListener('click', event => {
  const ready = event.target.closest('[data-ready]')
  if (!ready || !last) return
  last.value = [last.value.trim(), ready.textContent.trim()].filter(Boolean).join('\n')
  last.focus()
})
document.addEventListener('submit', event => { if (event.target.matches('[data-return]')) leaving = true })
window.addEventListener('beforeunload', event => {
  if (!leaving && remarks.some(remark => remark.value !== remark.defaultValue)) event.preventDefault()
})
