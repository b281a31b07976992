// What an answer says of itself, a conflict with its choice, and the list at the side.

import { button, byWhom, element } from '../dom.js'
import { STATES, UNSENT } from '../saving.js'
import { answers, words } from './answers.js'

export function showState (answer, state, detail = '') {
  answer.dataset.state = state
  answer.querySelector('[data-state]').textContent = [STATES[state], detail].filter(Boolean).join(' ')
  showUnsent()
}

export function showUnsent () {
  const count = answers().filter(answer => UNSENT.has(answer.dataset.state)).length
  const counter = document.querySelector('[data-unsent]')
  counter.hidden = !count
  counter.textContent = `${count} mục chưa gửi`
}

export function showErrors (answer, errors) {
  answer.querySelector('[data-error]').replaceChildren(...Object.values(errors).flat().map(text => element('div', '', text)))
}

export const clearErrors = answer => answer.querySelector('[data-error]').replaceChildren()

/** Both texts, who and when, and the two ways out. */
export function showConflict (answer, { current, who, at }, keepMine, takeTheirs) {
  const both = element('dl', 'conflict', '',
    element('dt', '', 'Của bạn'), element('dd', '', words(answer) || '(trống)'),
    element('dt', '', 'Của họ'), element('dd', '', current.typed || '(trống)'))
  answer.querySelector('[data-error]').replaceChildren(
    element('strong', '', `Mục này vừa được sửa${byWhom(who, at)}.`), both,
    element('div', 'conflict-ways', '', button('Giữ của tôi', keepMine, 'btn btn-sm btn-primary'), button('Lấy của họ', takeTheirs)))
}

/** {filled, asked, errors, warnings, sections, signs}: how ready the report is; `signs` by field. */
export function showStanding ({ filled, errors, warnings, sections, signs }) {
  document.querySelector('[data-filled]').textContent = filled
  for (const [code, count] of Object.entries(sections)) {
    const place = document.querySelector(`[data-section="${code}"]`)
    if (!place) continue
    place.textContent = count
    place.closest('li').classList.toggle('is-missing', count < Number(place.dataset.asked))
  }
  const lines = [...errors.map(each => line(each, 'finding-error')), ...warnings.map(each => line(each, 'finding-warning'))]
  const none = element('li', 'list-group-item finding-none', 'Không có lỗi nào.')
  document.querySelector('[data-findings]').replaceChildren(...(lines.length ? lines : [none]))
  for (const field of document.querySelectorAll('[data-field]')) {
    const told = (signs[field.dataset.field] ?? []).map(text => element('p', 'field-reason', `⚑ ${text}`))
    field.querySelector('[data-signs]').replaceChildren(...told)
  }
}

function line ({ code, message }, className) {
  const link = element('a', '', message)
  link.href = `#muc-${code}`
  return element('li', `list-group-item ${className}`, '', link)
}

export function showDerived (texts) {
  for (const [code, text] of Object.entries(texts)) {
    document.querySelector(`[data-derived="${code}"]`).textContent = text || '–'
  }
}
