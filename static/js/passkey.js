// Says in words when a passkey could not be read; hides the button where the browser knows no passkeys.
document.addEventListener('allauth.error', event => {
  event.preventDefault()
  document.getElementById('passkey_error').hidden = false
})
if (!window.PublicKeyCredential) {
  const button = document.getElementById('passkey_login')
  if (button) button.hidden = true
}
