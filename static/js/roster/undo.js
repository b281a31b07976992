// The changes that this page made, newest last; undoing goes through the same saves and is itself not undone.

const stack = []
const button = document.querySelector('[data-undo]')
let batches = 0

/** Changes of one batch (a paste) are undone together. */
export const newBatch = () => ++batches

/** `undo`: a function that puts things back; `person`: whose row's own undo may take it, or null. */
export function push (person, batch, label, undo) {
  stack.push({ person, batch, label, undo })
  show()
}

export async function undoLast () {
  const last = stack.at(-1)
  if (last) await take(stack.filter(change => change === last || (last.batch && change.batch === last.batch)))
}

export async function undoOfRow (person) {
  const last = stack.filter(change => change.person === person).at(-1)
  if (last) await take([last])
  return Boolean(last)
}

async function take (changes) {
  for (const change of changes.reverse()) {
    stack.splice(stack.indexOf(change), 1)
    await change.undo()
  }
  show()
}

function show () {
  button.disabled = !stack.length
  button.title = stack.length ? `Hoàn tác: ${stack.at(-1).label}` : ''
}

button.addEventListener('click', undoLast)
