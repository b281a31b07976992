// The roster of a team: a grid whose rows are members.

import { button } from '../dom.js'
import { isNew, rowOfKey, rows, table } from '../grid/cells.js'
import { kind } from '../grid/kind.js'
import { afterSaving, start } from '../grid/page.js'
import { save } from '../grid/save.js'
import { say, shown } from '../grid/states.js'
import { post } from '../saving.js'
import { ask } from './leave.js'
import { addRow, countMembers, isBlank, keepOneEmptyRow, nameOf, rowUrl, showFindings } from './rows.js'

const bulk = document.querySelector('[data-bulk]')

Object.assign(kind, {
  url: rowUrl,
  identity: row => ({ person: row.dataset.key }),
  nameOf,
  nameHeld: held => held.full_name,
  hasGone: held => !held || held.left_on,
  isBlank,
  isDue: row => !isNew(row) || nameOf(row).trim(),
  fieldsOfOthers: ['role'], // the leader who made room
  addRow,
  previewOf ({ row, values }) {
    const texts = ['full_name', 'role', 'phone'].map(field => shown(rows()[0], field, values[field] ?? ''))
    return [!row || isNew(row) ? 'thêm' : 'sửa', ...texts, values.note ?? '']
  },
  onTouched: keepOneEmptyRow,
  onAccepted (row, held) {
    row.dataset.key = held.person
    row.querySelector('[name=m]').value = `${held.id}:${held.version}`
    row.querySelector('[data-leave]').hidden = false
  },
  onSaved (row, answer) {
    showFindings(answer.findings)
    countMembers()
  },
  onRefused (row, answer) {
    if (!answer?.leader) return
    const agree = () => save(row, { replace_leader: '1' })
    row.querySelector('[data-state]').append(button(`Đổi ${answer.leader} thành Thành viên`, agree))
  },
  undoAdded: takeOut
})

async function takeOut (key) {
  const row = rowOfKey(key)
  if (!row) return
  const today = new Date().toLocaleDateString('en-GB', { timeZone: 'Asia/Ho_Chi_Minh' })
  const { version } = row.dataset
  const response = await post(rowUrl(row, 'thoi/'), { version, left_on: today, left_reason: 'mistake' })
  if (!response.ok) return say('Chưa hoàn tác được: dòng này vừa thay đổi.')
  say(`Đã bỏ ${nameOf(row)} vừa thêm.`)
  row.remove()
  keepOneEmptyRow()
  countMembers()
}

function onTick () {
  const ticked = table.querySelectorAll('[name=m]:checked').length
  bulk.disabled = !ticked
  bulk.textContent = ticked ? `Thay đổi ${ticked} dòng đã chọn…` : 'Thay đổi các dòng đã chọn…'
}

start()
keepOneEmptyRow()
table.addEventListener('change', onTick)
table.addEventListener('click', event => {
  const leave = event.target.closest('[data-leave]')
  if (leave) ask(leave)
})
afterSaving(document.getElementById('bulk'), 'thay đổi hàng loạt')
onTick()
