// The answers of a report: each a form of its own; what is typed in it, and what of that the server holds.

const held = new WeakMap() // as it would be typed
const tidied = new WeakMap() // how the server writes what it was sent, for when the typist has left

export const answers = () => [...document.querySelectorAll('[data-answer]')]
export const answerOf = code => answers().find(answer => answer.dataset.answer === code)
export const codeOf = answer => answer.dataset.answer
export const labelOf = answer => document.getElementById(`ten-${codeOf(answer)}`).firstChild.textContent.trim()
export const editorOf = answer => answer.querySelector('[data-rich]')
export const versionOf = answer => answer.elements.version.value
export const setVersion = (answer, version) => { answer.elements.version.value = version }
export const isChanged = answer => JSON.stringify(typed(answer)) !== held.get(answer)

const isCell = name => name.startsWith('cell-')
const cellsOf = row => [...row.querySelectorAll('input')]
const isBlank = row => cellsOf(row).every(cell => !cell.value.trim())
const rowsOf = answer => [...answer.querySelectorAll('[data-row]')]

/** What is typed, as [name, value] pairs; empty rows of a table are none. */
export function typed (answer) {
  const own = [...new FormData(answer)].filter(([name]) => !['csrfmiddlewaretoken', 'version'].includes(name) && !isCell(name))
  const cells = rowsOf(answer).filter(row => !isBlank(row)).flatMap(cellsOf).map(cell => [cell.name, cell.value])
  const editor = editorOf(answer)
  return editor ? [['html', editor.innerHTML], ...own.filter(([name]) => name !== 'raw')] : [...own, ...cells]
}

/** The same in words, for the one who has to choose. */
export function words (answer) {
  const editor = editorOf(answer)
  if (editor) return editor.innerText.trim()
  const rows = rowsOf(answer).filter(row => !isBlank(row)).map(row => cellsOf(row).map(cell => cell.value).join(', '))
  return rows.length ? rows.join('; ') : answer.elements.raw?.value ?? ''
}

export function hold (answer) {
  held.set(answer, JSON.stringify(typed(answer)))
}

/** What the page came with, whatever was typed into it before its scripts had come. */
export function holdAsShown (answer) {
  const shown = answer.cloneNode(true)
  shown.reset()
  held.set(answer, JSON.stringify(typed(shown)))
}

/** Put in what the server holds: {typed, html, rows, note}. */
export function put (answer, field) {
  const editor = editorOf(answer)
  if (editor) editor.innerHTML = field.html
  else if (answer.dataset.kind === 'table') putRows(answer, field.rows)
  else answer.elements.raw.value = field.typed
  if (answer.elements.note) answer.elements.note.value = field.note
  hold(answer)
}

/** Put back what was typed on an earlier visit; the server does not hold it. */
export function putTyped (answer, pairs) {
  const width = answer.querySelectorAll('[data-row]:first-child input').length
  const cells = pairs.filter(([name]) => isCell(name)).map(([, value]) => value)
  if (width) putRows(answer, Array.from({ length: cells.length / width }, (_, row) => cells.slice(row * width, (row + 1) * width)))
  for (const [name, value] of pairs) {
    if (name === 'html') editorOf(answer).innerHTML = value
    else if (!isCell(name) && answer.elements[name]) answer.elements[name].value = value
  }
}

/** The server took `sent`: what stands there now is held, and takes its tidy form when it is left. */
export function accept (answer, { field, version }, sent) {
  setVersion(answer, version)
  held.set(answer, JSON.stringify(sent))
  tidied.set(answer, field)
  if (!answer.contains(document.activeElement)) tidy(answer)
}

export function tidy (answer) {
  const field = tidied.get(answer)
  tidied.delete(answer)
  if (field && !isChanged(answer) && !editorOf(answer)) put(answer, field)
  keepOneEmptyRow(answer)
}

// Rows of a table ----------------------------------------------------------------------------------------------------

function putRows (answer, rows) {
  const body = answer.querySelector('[data-rows]')
  body.replaceChildren()
  for (const cells of rows) {
    const row = addRow(answer)
    cellsOf(row).forEach((cell, index) => { cell.value = cells[index] ?? '' })
  }
  keepOneEmptyRow(answer)
}

function addRow (answer) {
  const row = answer.querySelector('[data-empty-row]').content.firstElementChild.cloneNode(true)
  answer.querySelector('[data-rows]').append(row)
  return row
}

const textsOf = row => cellsOf(row).map(cell => cell.value.trim())
const same = (row, cells) => JSON.stringify(textsOf(row)) === JSON.stringify(cells)

/** Put the rows below those that stand there; one that stands there already is not put twice. Returns those put. */
export function appendRows (answer, rows) {
  const fresh = rows.filter(cells => !rowsOf(answer).some(row => same(row, cells)))
  putRows(answer, [...rowsOf(answer).filter(row => !isBlank(row)).map(textsOf), ...fresh])
  return fresh
}

/** Take out rows that say just this, the last of them first; what was changed since stays. */
export function dropRows (answer, rows) {
  for (const cells of rows) rowsOf(answer).findLast(row => same(row, cells))?.remove()
  keepOneEmptyRow(answer)
}

/** There is always an empty row at the end; a filled one can be taken out. */
export function keepOneEmptyRow (answer) {
  const rows = rowsOf(answer)
  if (!rows.length) return
  if (!isBlank(rows.at(-1))) rows.push(addRow(answer))
  for (const row of rows) row.querySelector('[data-row-off]').hidden = isBlank(row)
}
