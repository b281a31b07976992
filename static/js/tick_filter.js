// A list of checkboxes to find by name without tone marks, to tick together, and how many are ticked.

const fold = text => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/đ/g, 'd')

for (const list of document.querySelectorAll('[data-tick-filter]')) {
  const tools = list.querySelector('[data-tick-tools]')
  const search = tools.querySelector('input')
  const ticked = list.querySelector('[data-ticked]')
  const rows = [...list.querySelectorAll('label')].map(label =>
    ({ label, tick: label.querySelector('input'), name: fold(label.textContent) }))

  const count = () => { ticked.textContent = `(đã chọn ${rows.filter(row => row.tick.checked).length})` }

  search.addEventListener('input', () => {
    const wanted = fold(search.value.trim())
    for (const row of rows) row.label.hidden = !row.name.includes(wanted)
  })
  search.addEventListener('keydown', event => { if (event.key === 'Enter') event.preventDefault() })
  tools.addEventListener('click', event => {
    const button = event.target.closest('button')
    if (!button) return
    for (const row of rows) if (!row.label.hidden) row.tick.checked = Boolean(button.value)
    count()
  })
  list.addEventListener('change', count)
  window.addEventListener('pageshow', count)
  tools.hidden = false
}
