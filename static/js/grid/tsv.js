/** The cells of a block as Excel and LibreOffice copy it: tabs between cells, LF or CRLF between rows; a cell that
 * holds a tab, a line break or a quote stands in quotes, with its own quotes doubled. */
export function parseTsv (text) {
  const rows = [[]]
  let at = 0
  while (at <= text.length) {
    const [cell, next] = text[at] === '"' ? quoted(text, at) : plain(text, at)
    rows.at(-1).push(cell)
    if (text[next] !== '\t' && next < text.length) rows.push([])
    at = next + (text.startsWith('\r\n', next) ? 2 : 1)
    if (at === text.length && text[next] !== '\t') break // the line break that ends the block begins no row
  }
  return rows.filter((row, index) => index < rows.length - 1 || row.length)
}

function plain (text, from) {
  const end = from + text.slice(from).search(/[\t\r\n]|$/)
  return [text.slice(from, end), end]
}

function quoted (text, from) {
  if ('\t\r\n'.includes(text[from + 1] ?? '\n')) return plain(text, from) // alone it means "the same as above"
  let end = from + 1
  while (end < text.length && (text[end] !== '"' || text[end + 1] === '"')) end += text[end] === '"' ? 2 : 1
  const after = text[end + 1]
  // A name may begin with a quote that nothing closes: then it is an ordinary letter.
  if (end >= text.length || (after !== undefined && !'\t\r\n'.includes(after))) return plain(text, from)
  return [text.slice(from + 1, end).replaceAll('""', '"'), end + 1]
}
