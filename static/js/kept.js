// What the server has not confirmed, kept in this browser until it has: one entry a key, for one user (or nobody's
// account) and one page.

export function keptUnder (kind, id) {
  const prefix = `cdt-${kind}:${document.body.dataset.user ?? ''}:${id}:`
  return {
    keep: (key, entry) => localStorage.setItem(prefix + key, JSON.stringify(entry)),
    drop: key => localStorage.removeItem(prefix + key),
    has: key => localStorage.getItem(prefix + key) !== null,
    /** [key, entry] of all. */
    entries: () => Object.keys(localStorage).filter(key => key.startsWith(prefix))
      .map(key => [key.slice(prefix.length), JSON.parse(localStorage.getItem(key))])
  }
}
