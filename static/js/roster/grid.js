// The table of inputs: rows, cells, and what of them is saved. A control's default value is what the server holds.

export const FIELDS = ['full_name', 'role', 'phone', 'organization', 'joined_on', 'note']
export const LABELS = {
  full_name: 'Họ và tên',
  role: 'Chức vụ',
  phone: 'Số điện thoại',
  organization: 'Thành phần',
  joined_on: 'Tham gia từ',
  note: 'Ghi chú'
}
export const table = document.querySelector('[data-roster]')
const body = table.tBodies[0]
const template = document.getElementById('roster-row')
// While a cell is being typed in, its text stays although the server holds a tidier form of it.
const agreed = new WeakMap()

export const rows = () => [...body.querySelectorAll('tr[data-person]')]
export const rowOf = node => node.closest('tr[data-person]')
export const rowOfPerson = person => rows().find(row => row.dataset.person === person)
export const rowOfId = id => rows().find(row => row.dataset.id === String(id))
export const control = (row, field) => row.querySelector(`[name=${field}]`)
export const isNew = row => row.dataset.id === ''
export const isBlank = row => isNew(row) && FIELDS.every(field => field === 'role' || !control(row, field).value.trim())

export function savedValue (cell) {
  if (cell.tagName !== 'SELECT') return cell.defaultValue
  return ([...cell.options].find(option => option.defaultSelected) ?? cell.options[0]).value
}

function setSaved (cell, value) {
  if (cell.tagName !== 'SELECT') cell.defaultValue = value
  else for (const option of cell.options) option.defaultSelected = option.value === value
}

export function isChanged (cell) {
  return cell.value !== savedValue(cell) && cell.value !== agreed.get(cell)
}

/** The cells that differ from what the server holds, as {field: value}; of a new row all that are filled. */
export function changes (row) {
  const cells = FIELDS.map(field => control(row, field)).filter(cell => isNew(row) ? cell.value : isChanged(cell))
  return Object.fromEntries(cells.map(cell => [cell.name, cell.value]))
}

export const savedValues = row => Object.fromEntries(FIELDS.map(field => [field, savedValue(control(row, field))]))

export function setValues (row, values) {
  for (const [field, value] of Object.entries(values)) control(row, field).value = value
}

/** Take over what the server holds. Cells that were changed after `sent` was read keep what is typed in them. */
export function accept (row, held, sent = {}) {
  for (const field of FIELDS) {
    const cell = control(row, field)
    const untouched = field in sent ? cell.value === sent[field] : !isChanged(cell)
    const typing = cell === document.activeElement && cell.value !== held[field]
    setSaved(cell, held[field])
    agreed.delete(cell)
    if (untouched && typing) agreed.set(cell, cell.value)
    else if (untouched && cell.value !== held[field]) cell.value = held[field]
  }
  Object.assign(row.dataset, { id: held.id, person: held.person, version: held.version })
  row.querySelector('[name=m]').value = `${held.id}:${held.version}`
  row.querySelector('[data-leave]').hidden = false
}

export function tidy (cell) {
  if (agreed.get(cell) === cell.value) cell.value = savedValue(cell)
  agreed.delete(cell)
}

export function addRow () {
  const row = template.content.firstElementChild.cloneNode(true)
  row.dataset.person = uuid()
  body.append(row)
  return row
}

/** There is always one empty row at the end, and no other. */
export function keepOneEmptyRow () {
  const all = rows()
  for (const row of all.slice(0, -1)) if (isBlank(row) && !row.contains(document.activeElement)) row.remove()
  if (!all.length || !isBlank(all.at(-1))) addRow()
}

export function countMembers () {
  const size = document.querySelector('[data-size]')
  size.textContent = rows().filter(row => !isNew(row)).length
}

// crypto.randomUUID exists on https only; an office's own network may not have it.
function uuid () {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = bytes[6] & 0x0f | 0x40
  bytes[8] = bytes[8] & 0x3f | 0x80
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
}
