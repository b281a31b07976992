// The slip with a one-time link: copy its text, print it.
for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    const text = document.getElementById(button.dataset.copy)
    text.select()
    await navigator.clipboard.writeText(text.value)
    button.textContent = 'Đã chép'
  })
}
for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => window.print())
