// Making parts of a page from a script.

export function element (tag, className, text = '', ...children) {
  const node = document.createElement(tag)
  node.className = className
  node.append(text, ...children)
  return node
}

export function button (label, action, className = 'btn btn-sm') {
  const node = element('button', className, label)
  node.type = 'button'
  node.addEventListener('click', action)
  return node
}

/** " (Nguyễn Văn An, 09:41 15/03/2026)": who wrote something and when, as far as it is known. */
export const byWhom = (who, at) => at ? ` (${[who, at].filter(Boolean).join(', ')})` : ''
