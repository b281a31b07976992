// "Hiện số": the look at a masked phone leaves a trace on the server.

document.addEventListener('click', async event => {
  const button = event.target.closest('[data-reveal]')
  if (!button) return
  const response = await window.cdt.fetch(button.dataset.reveal, { method: 'POST' }).catch(() => null)
  if (!response?.ok) return
  const { phone } = await response.json()
  const input = button.parentElement.querySelector('[name=phone]')
  if (input?.value === input?.defaultValue && input) input.value = phone
  if (input) input.defaultValue = phone
  else button.parentElement.querySelector('[data-phone]').textContent = phone
  button.remove()
})
