// The table of people by topics: how many are chosen, and a wish of their own for whom is ticked. All of it is one form,
// which is saved when typing stops.

import { needsSaving } from './needs_saving.js'

const form = document.querySelector('[data-needs]')
const chosen = document.querySelector('[data-chosen]')
const blank = document.querySelector('#own-wish')

/** A copy of the blank wish, its fields named after the member. */
function ownWish (person) {
  const copy = blank.content.cloneNode(true)
  const prefix = `m${person.dataset.person}-`
  for (const node of copy.querySelectorAll('*')) {
    for (const { name, value } of [...node.attributes]) {
      if (value.includes('m0-')) node.setAttribute(name, value.replaceAll('m0-', prefix))
    }
  }
  copy.querySelector('summary .visually-hidden').append(person.dataset.name)
  return copy
}

function refresh (person) {
  const isChosen = person.querySelector('[name=need]:checked') !== null
  if (isChosen && !person.querySelector('.own-wish')) person.append(ownWish(person))
  const wish = person.querySelector('.own-wish')
  if (wish) wish.hidden = !isChosen
  person.classList.toggle('person-chosen', isChosen)
}

function count () {
  const people = form.querySelectorAll('.person-chosen').length
  const ticks = form.querySelectorAll('[name=need]:checked').length
  chosen.textContent = people ? `Đã chọn ${people} người, ${ticks} lượt học` : 'Chưa chọn ai'
}

function all () {
  for (const person of form.querySelectorAll('[data-person]')) refresh(person)
  count()
}

form.addEventListener('change', event => {
  if (event.target.name !== 'need') return
  refresh(event.target.closest('[data-person]'))
  count()
})
window.addEventListener('pageshow', all)
needsSaving(form, all)
