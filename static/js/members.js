// Ticked rows of the list of members go to the page that changes them together.

const table = document.querySelector('[data-members]')
const all = table.querySelector('[data-all]')
const button = document.querySelector('[data-bulk]')
const ticks = [...table.querySelectorAll('[name=m]')]

function show () {
  const ticked = ticks.filter(tick => tick.checked).length
  all.checked = ticked > 0 && ticked === ticks.length
  all.indeterminate = ticked > 0 && ticked < ticks.length
  button.disabled = !ticked
  button.textContent = ticked ? `Thay đổi ${ticked} dòng đã chọn…` : 'Thay đổi các dòng đã chọn…'
}

table.addEventListener('change', event => {
  if (event.target === all) for (const tick of ticks) tick.checked = all.checked
  show()
})
window.addEventListener('pageshow', show)
