// The table of people by topics: how many are chosen, and a wish of their own for whom is ticked.

const form = document.querySelector('.needs-table')?.closest('form')
const chosen = document.querySelector('[data-chosen]')
const blank = document.querySelector('#own-wish')

/** A copy of the blank wish, its fields named after the member. */
function ownWish (row) {
  const copy = blank.content.cloneNode(true)
  const prefix = `m${row.dataset.person}-`
  for (const node of copy.querySelectorAll('*')) {
    for (const { name, value } of [...node.attributes]) {
      if (value.includes('m0-')) node.setAttribute(name, value.replaceAll('m0-', prefix))
    }
  }
  copy.querySelector('summary .visually-hidden').append(row.dataset.name)
  return copy
}

function refresh (row) {
  const ticks = [...row.querySelectorAll('[name=need]')]
  const isChosen = ticks.some(tick => tick.checked)
  const place = row.querySelector('.wish')
  if (isChosen && !place.firstElementChild) place.append(ownWish(row))
  for (const wish of place.children) wish.hidden = !isChosen
  row.classList.toggle('person-chosen', isChosen)
}

function count () {
  const people = form.querySelectorAll('tr:has([name=need]:checked)').length
  const ticks = form.querySelectorAll('[name=need]:checked').length
  chosen.textContent = people ? `Đã chọn ${people} người, ${ticks} lượt học` : 'Chưa chọn ai'
}

if (form) {
  const all = () => { for (const row of form.querySelectorAll('[data-person]')) refresh(row); count() }
  form.addEventListener('change', event => {
    if (event.target.name !== 'need') return
    refresh(event.target.closest('tr'))
    count()
  })
  window.addEventListener('pageshow', all)
}
