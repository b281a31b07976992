// The department's words for a section: one text with a few looks, saved by its button; nothing typed is left behind.

import { enrich } from '../report/rich.js'

const form = document.querySelector('[data-words]')
const editor = form.querySelector('[data-rich]')
let typed = false

enrich(form, () => { typed = true })
editor.addEventListener('input', () => { typed = true })
form.addEventListener('submit', () => {
  form.elements.html.value = editor.innerText.trim() ? editor.innerHTML : ''
  form.elements.raw.value = editor.innerText.trim()
  typed = false
})
window.addEventListener('beforeunload', event => { if (typed) event.preventDefault() })
