"""What hostile pages do to get at something that is not theirs, or to keep a browser for themselves. Our own wording."""


def reaching(host: str, port: int) -> str:
    """A page that tries every way that a browser has to *host* and *port*, and writes down what it could read."""
    there = f"{host}:{port}"
    return f"""<!doctype html><html><head><meta charset=utf-8><title>Reach</title>
<link rel="stylesheet" href="http://{there}/sheet"><link rel="preconnect" href="http://{there}">
<link rel="dns-prefetch" href="http://{there}"><link rel="prefetch" href="http://{there}/prefetch">
<link rel="preload" as="fetch" href="http://{there}/preload"><link rel="modulepreload" href="http://{there}/module">
<link rel="prerender" href="http://{there}/prerender"><link rel="manifest" href="http://{there}/manifest">
<script type="speculationrules">{{"prefetch": [{{"urls": ["http://{there}/rules"]}}]}}</script>
<style>@import "http://{there}/import"; @font-face {{font-family: f; src: url(http://{there}/font)}}
body {{font-family: f; background: url(http://{there}/background)}}</style></head>
<body><p id=told>nothing</p><img src="http://{there}/img" srcset="http://{there}/set 2x">
<iframe src="http://{there}/frame"></iframe><iframe srcdoc="<img src='http://{there}/inner'>"></iframe>
<object data="http://{there}/object"></object><embed src="http://{there}/embed">
<video src="http://{there}/video" autoplay></video><audio src="http://{there}/audio" autoplay></audio>
<a id=link href="/x" ping="http://{there}/ping">x</a>
<form id=form method=post action="http://{there}/form" target=frame><input name=a></form>
<iframe name=frame></iframe><script src="http://{there}/script"></script><script>
const told = document.getElementById('told');
const tell = text => {{ told.textContent += ' ' + text; }};
const attempt = (name, act) => {{ try {{ act(); }} catch (error) {{ tell(name + '!'); }} }};
attempt('fetch', () => fetch('http://{there}/fetch').then(a => a.text()).then(tell, () => tell('no-fetch')));
attempt('opaque', () => fetch('http://{there}/opaque', {{mode: 'no-cors'}}));
attempt('post', () => fetch('http://{there}/post', {{method: 'POST', body: 'x', keepalive: true, mode: 'no-cors'}}));
attempt('redirect', () => fetch('/to-elsewhere').then(a => a.text()).then(tell, () => tell('no-redirect')));
attempt('xhr', () => {{ const x = new XMLHttpRequest(); x.open('GET', 'http://{there}/xhr'); x.onload = () => tell(x.responseText); x.send(); }});
attempt('socket', () => {{ const s = new WebSocket('ws://{there}/socket'); s.onopen = () => tell('open'); s.onmessage = m => tell(m.data); }});
attempt('tls socket', () => new WebSocket('wss://{there}/socket'));
attempt('events', () => new EventSource('http://{there}/events'));
attempt('beacon', () => navigator.sendBeacon('http://{there}/beacon', 'x'));
attempt('picture', () => {{ new Image().src = 'http://{there}/picture'; }});
attempt('transport', () => new WebTransport('https://{there}/transport'));
attempt('window', () => window.open('http://{there}/window'));
attempt('click', () => document.getElementById('link').click());
attempt('form', () => document.getElementById('form').submit());
attempt('service', () => navigator.serviceWorker.register('/service.js'));
attempt('worker', () => new Worker(URL.createObjectURL(new Blob([
  "try {{ importScripts('http://{there}/imported'); }} catch (e) {{}} fetch('http://{there}/worker', {{mode: 'no-cors'}}); new WebSocket('ws://{there}/in-worker');"]))));
attempt('shared worker', () => new SharedWorker(URL.createObjectURL(new Blob(["fetch('http://{there}/shared', {{mode: 'no-cors'}})"]))));
attempt('rtc', () => {{
  const peer = new RTCPeerConnection({{iceServers: [
    {{urls: ['stun:{there}', 'turn:{there}?transport=udp', 'turn:{there}?transport=tcp', 'turns:{there}?transport=tcp'],
      username: 'u', credential: 'c'}}]}});
  peer.createDataChannel('x');
  peer.createOffer().then(offer => peer.setLocalDescription(offer)).then(() => peer.addIceCandidate({{
    candidate: 'candidate:1 1 tcp 2122260223 {host} {port} typ host tcptype passive', sdpMid: '0'}}));
}});
attempt('file', () => fetch('file:///etc/passwd').then(a => a.text()).then(tell, () => tell('no-file')));
attempt('file frame', () => {{ const f = document.createElement('iframe'); f.src = 'file:///etc/passwd'; document.body.append(f); }});
attempt('devtools', () => fetch('http://127.0.0.1:9222/json/version', {{mode: 'no-cors'}}));
setTimeout(() => {{ location.href = 'http://{there}/location'; }}, 400);
setTimeout(() => {{ document.head.insertAdjacentHTML('beforeend', '<meta http-equiv=refresh content="0;url=http://{there}/refresh">'); }}, 600);
</script></body></html>"""


def page(script: str, *, body: str = "<p id=root>shell</p>") -> str:
    """A page whose only script is *script*."""
    return f"<!doctype html><html><head><meta charset=utf-8><title>A page</title></head><body>{body}<script>{script}</script></body></html>"


FILL = "root.textContent = 'drawn'; "
TAKEN = {
    "polls for ever": FILL + "setInterval(() => fetch('/poll'), 50);",
    "asks a thousand times": FILL + "for (let i = 0; i < 1000; i++) fetch('/one?' + i);",
    "waits for an answer that never comes": FILL + "fetch('/never');",
    "waits for a script that never ends": FILL + "</script><script src='/drip'>",
    "reads data without end": FILL + "fetch('/endless').then(a => a.blob());",
    "alerts for ever": FILL + "setInterval(() => { alert('x'); confirm('x'); prompt('x'); }, 10);",
    "asks before it is left": FILL + "onbeforeunload = e => { e.preventDefault(); e.returnValue = 'stay'; }; location = '/other';",
    "goes elsewhere for ever": FILL + (
        "let n = 0; setInterval(() => { window.open('/window'); location.href = '/elsewhere?' + n++; print(); "
        "navigator.geolocation.getCurrentPosition(() => {}); console.log('x'.repeat(1e5)); "
        "history.pushState({}, '', '/story?' + n); }, 20);"
    ),
    "saves files": FILL + "for (let i = 0; i < 9; i++) { const a = document.createElement('a'); a.download = 'x'; a.href = 'data:,x'; a.click(); }",
    "opens a document that it never closes": (
        "setTimeout(() => { document.open(); document.write('<p>drawn');"
        "setInterval(() => document.write('.'), 50); }, 50);"
    ),
    "rewrites what the words mean": FILL + (
        "Document.prototype.getElementsByTagName = () => { throw 1; }; Document.prototype.querySelectorAll = () => []; "
        "Object.defineProperty(Element.prototype, 'outerHTML', {get() { while (true); }}); JSON.stringify = () => 'x';"
    ),
}  # fmt: skip
"""What is taken as it is, though it does not end."""
CUT_OFF = {
    "never yields": (FILL + "while (true);", ("took too long to render",)),
    "fills memory with bytes": (
        "const all = []; setInterval(() => { all.push(new Uint8Array(3e7).fill(1)); root.append('.'); }, 20);",
        ("took too much memory to render", "browser died"),
    ),
    "draws a page of eighty megabytes": (
        "for (let i = 0; i < 80; i++) document.body.append('x'.repeat(1e6));",
        ("rendered page too large", "took too long to render", "took too much memory to render"),
    ),
}
"""Where the browser is killed, and what the page's fate may say of it."""
