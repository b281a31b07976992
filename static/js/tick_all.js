// "Chọn tất cả", "Bỏ tất cả": tick or clear every checkbox of the form around them that can be changed.

for (const buttons of document.querySelectorAll('[data-tick-all]')) {
  buttons.hidden = false
  buttons.addEventListener('click', event => {
    const button = event.target.closest('button')
    if (!button) return
    for (const tick of buttons.closest('form').querySelectorAll('input[type=checkbox]:enabled')) tick.checked = Boolean(button.value)
  })
}
