// The editor of a report form. The server adds, moves and removes cards (see the buttons with hx-post); here only what
// belongs to the chosen kind is shown, a card is called as its name is typed, and leaving with unsaved work is asked.

const editor = () => document.getElementById('editor')
let leaving = false

/** Fields of other kinds are put away, unless something stands in them. */
function fit (card) {
  const kind = card.querySelector('[data-kind]')?.value
  if (!kind) return
  for (const part of card.querySelectorAll('[data-kinds]')) {
    const field = part.querySelector('input, textarea, select')
    const holds = field.localName !== 'select' && field.value.trim() !== ''
    part.hidden = !part.dataset.kinds.split(' ').includes(kind) && !holds
  }
}

function fitAll () {
  for (const card of document.querySelectorAll('[data-card]')) fit(card)
}

function markUnsaved () {
  if ('unsaved' in editor().dataset) return
  editor().dataset.unsaved = ''
  editor().querySelector('[data-state]').textContent = 'Có thay đổi chưa lưu'
}

document.addEventListener('input', event => {
  if (!event.target.closest('#editor')) return
  markUnsaved()
  const card = event.target.closest('[data-card]')
  if (card && 'names' in event.target.dataset) card.querySelector('[data-title]').textContent = event.target.value || 'Chỉ tiêu mới'
  if (card && 'kind' in event.target.dataset) fit(card)
})
document.addEventListener('submit', event => { if (event.target.id === 'editor') leaving = true })
document.addEventListener('htmx:afterSettle', fitAll)
window.addEventListener('beforeunload', event => { if (!leaving && 'unsaved' in editor().dataset) event.preventDefault() })
window.addEventListener('pageshow', () => { leaving = false })
fitAll()
