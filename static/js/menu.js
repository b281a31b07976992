// The two menus of the bar, the main one on a narrow screen and the account's. Each button names its menu in
// aria-controls; Escape, or a click elsewhere, closes what is open.

const buttons = [...document.querySelectorAll('[data-menu]')]
const menuOf = button => document.getElementById(button.getAttribute('aria-controls'))
const isOpen = button => button.getAttribute('aria-expanded') === 'true'

function open (button, wanted) {
  button.setAttribute('aria-expanded', wanted)
  menuOf(button).classList.toggle('show', wanted)
}

for (const button of buttons) button.addEventListener('click', () => open(button, !isOpen(button)))

document.addEventListener('click', event => {
  const inside = button => button.contains(event.target) || menuOf(button).contains(event.target)
  for (const button of buttons) if (isOpen(button) && !inside(button)) open(button, false)
})

document.addEventListener('keydown', event => {
  if (event.key !== 'Escape') return
  for (const button of buttons.filter(isOpen).reverse()) { // the inner one comes last, and the outer one keeps the focus
    open(button, false)
    button.focus()
  }
})
