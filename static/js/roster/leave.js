// "Thôi": the date and the reason, then the row goes to the folded list below; undoing brings it back with its phone.

import { element } from '../dom.js'
import { accept, rowOf, savedValues } from '../grid/cells.js'
import { save } from '../grid/save.js'
import { say, showState } from '../grid/states.js'
import { push } from '../grid/undo.js'
import { post } from '../saving.js'
import { countMembers, keepOneEmptyRow, nameOf, rowUrl, showFindings } from './rows.js'

const dialog = document.getElementById('roster-leave')
const former = document.querySelector('[data-former]')
const problem = dialog.querySelector('[data-leave-error]')
let leaving = null

export async function ask (button) {
  leaving = rowOf(button)
  await save(leaving)
  dialog.querySelector('[data-leave-name]').textContent = nameOf(leaving)
  problem.textContent = ''
  dialog.showModal()
}

async function confirm () {
  const row = leaving
  const [day, reason] = ['left_on', 'left_reason'].map(name => dialog.querySelector(`[name=${name}]`).value)
  const fields = { version: row.dataset.version, left_on: day, left_reason: reason }
  const response = await post(rowUrl(row, 'thoi/'), fields).catch(() => null)
  const answer = await response?.json().catch(() => null)
  if (!response?.ok) {
    problem.textContent = Object.values(answer?.errors ?? {}).flat().join(' ') ||
      (response?.status === 409 ? 'Người khác vừa sửa dòng này; hãy tải lại trang.' : 'Mất kết nối, chưa ghi. Hãy thử lại.')
    return
  }
  dialog.close()
  left(row, answer)
}

function left (row, answer) {
  const place = row.nextElementSibling
  row.remove()
  const line = formerLine(row, answer.row)
  former.querySelector('tbody').prepend(line)
  count()
  showFindings(answer.findings)
  say(`${answer.row.full_name} thôi tham gia từ ${answer.row.left_on}.`)
  row.dataset.version = answer.row.version
  push(row.dataset.key, 0, `${answer.row.full_name} thôi tham gia`, () => comeBack(row, place, line))
}

async function comeBack (row, place, line) {
  const response = await post(rowUrl(row, 'tro-lai/'), { version: row.dataset.version }).catch(() => null)
  const answer = await response?.json().catch(() => null)
  if (!response?.ok) return say(Object.values(answer?.errors ?? {}).flat().join(' ') || 'Chưa hoàn tác được, hãy tải lại trang.')
  line.remove()
  if (place?.isConnected) place.before(row)
  else document.querySelector('[data-grid] tbody').prepend(row)
  accept(row, answer.row, savedValues(row))
  count()
  showFindings(answer.findings)
  showState(row, 'saved', answer.saved_at)
}

function formerLine (row, held) {
  const texts = [held.full_name, held.role_label, held.joined_on, held.left_on, held.left_reason]
  return element('tr', '', '', ...texts.map(text => element('td', '', text)))
}

function count () {
  countMembers()
  keepOneEmptyRow()
  const lines = former.querySelectorAll('tbody tr').length
  former.hidden = !lines
  former.querySelector('[data-former-count]').textContent = lines
}

dialog.querySelector('[data-leave-cancel]').addEventListener('click', () => dialog.close())
dialog.addEventListener('submit', event => { event.preventDefault(); confirm() })
