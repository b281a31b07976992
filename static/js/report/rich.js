// Texts with a few looks: bold, italic, dashes. Without this script the same answer is a plain textarea.

import { element } from '../dom.js'

const composing = new WeakSet() // editors in which an input method is putting letters together

export const isComposing = editor => Boolean(editor) && composing.has(editor)

/** Turn the answer's textarea into an editor; `changed()` is called when something was typed, put in or taken out. */
export function enrich (answer, changed) {
  const editor = answer.querySelector('[data-rich]')
  if (!editor) return
  const bar = answer.querySelector('[data-rich-bar]')
  const plain = answer.elements.raw
  if (plain.value !== plain.defaultValue) { // typed before this script had come
    editor.replaceChildren(...plain.value.split('\n').map(line => element('p', '', line)))
  }
  plain.hidden = true
  editor.hidden = false
  editor.contentEditable = 'true'
  for (const button of bar.querySelectorAll('[data-look]')) dress(button, editor, bar)
  editor.addEventListener('focus', () => {
    document.execCommand('defaultParagraphSeparator', false, 'p')
    bar.hidden = false // and it stays: were it to go when the text is left, what is pressed next would move away
  })
  editor.addEventListener('compositionstart', () => composing.add(editor))
  editor.addEventListener('compositionend', () => { composing.delete(editor); changed() })
  editor.addEventListener('paste', event => insertPlain(event, event.clipboardData))
  editor.addEventListener('drop', event => insertPlain(event, event.dataTransfer))
  editor.addEventListener('keyup', () => showLooks(editor, bar))
  document.addEventListener('selectionchange', () => showLooks(editor, bar))
}

function dress (button, editor, bar) {
  button.setAttribute('aria-pressed', 'false')
  button.addEventListener('mousedown', event => event.preventDefault()) // the selection stays in the text
  button.addEventListener('click', () => {
    editor.focus()
    document.execCommand(button.dataset.look)
    showLooks(editor, bar)
  })
}

function showLooks (editor, bar) {
  const inside = editor.contains(document.getSelection().anchorNode)
  for (const button of bar.querySelectorAll('[data-look]')) {
    button.setAttribute('aria-pressed', String(inside && document.queryCommandState(button.dataset.look)))
  }
}

/** Whatever is brought in from elsewhere comes as plain text. */
function insertPlain (event, data) {
  event.preventDefault()
  document.execCommand('insertText', false, data.getData('text/plain').replaceAll('\r\n', '\n'))
}
