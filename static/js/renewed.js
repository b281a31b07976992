// The end of a login in a second window: tell the waiting pages, then go.
new BroadcastChannel('cdt-session').postMessage('renewed')
if (window.opener) window.close()
