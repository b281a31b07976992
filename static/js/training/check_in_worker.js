// Keeps the pages behind QR codes on the phone: a reload, and a code never scanned before, work without a network.

const CACHE = 'check-in-1'
const ANY_SITTING = new URL('khong-mang/', self.registration.scope).href
const PATIENCE_MS = 5000 // with a network that hangs, what is kept is shown after this

self.addEventListener('install', event => {
  self.skipWaiting()
  event.waitUntil(keep([ANY_SITTING]))
})
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()))
self.addEventListener('message', event => event.waitUntil(keep(event.data)))
self.addEventListener('fetch', event => {
  if (event.request.method === 'GET') event.respondWith(answer(event.request))
})

async function keep (addresses) {
  const cache = await caches.open(CACHE)
  await cache.addAll([...new Set(addresses)])
}

/** The pages vary by cookie and language for people with an account; these are the same for all. */
const found = request => caches.match(request, { ignoreVary: true })

/** From the network; else what is kept; else, for a page, the one of no sitting in particular. */
async function answer (request) {
  const isPage = request.mode === 'navigate'
  const kept = await found(request) ?? (isPage ? await found(ANY_SITTING) : undefined)
  if (!kept) return fetch(request)
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) })
    return response.status < 500 ? response : kept
  } catch {
    return kept
  }
}
