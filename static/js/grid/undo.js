// The changes that this page made, newest last; undoing goes through the same saves and is itself not undone.

const stack = []
const button = document.querySelector('[data-undo]')
let batches = 0

/** Changes of one batch (a paste) are undone together. */
export const newBatch = () => ++batches

/** `undo`: a function that puts things back; `key`: of the row whose own undo may take it, or null. */
export function push (key, batch, label, undo) {
  stack.push({ key, batch, label, undo })
  show()
}

export async function undoLast () {
  const last = stack.at(-1)
  if (last) await take(stack.filter(change => change === last || (last.batch && change.batch === last.batch)))
}

export async function undoOfRow (key) {
  const last = stack.filter(change => change.key === key).at(-1)
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
