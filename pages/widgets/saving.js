// A box that saves while one types: a second after the last key, on leaving the box, and before the page goes away.
// With `data.waits`, half of what is typed says nothing (a date, a number): it is sent on Enter and on leaving only.
//
// What stands in the box belongs to the person at the keys. The server's text enters it only when nothing is unsent,
// the box is not in use and the last sending was confirmed; or when `reset` says that another text was chosen on purpose.
// `data.confirmed` is the number of the last sending that the server has kept, `data.refused` of the last one it refused.
// What is not confirmed yet is remembered by the tab under `data.place`: a reload in the middle of a word brings it back.
// With `data.is_form` the text waits for a button: the server has it for this visit only, so the tab remembers it all along,
// unless it is `data.first`, which the server puts there itself. `data.emptied` names the places whose texts went their way,
// with the last number each of them had: such a box may be gone before it could forget.

const PAUSE = 1000      // ms without a key before the text is sent
const RETRY = 5000      // ms without confirmation before it is sent again
const TRAIL = 20        // unanswered texts that are remembered
const boxes = new WeakMap()
let sendings = Date.now()   // grows over reloads too, so that an old confirmation never fits a new sending

export default function (component) {
  const { parentElement, data, setStateValue } = component
  const box = boxes.get(parentElement) ?? open(parentElement)
  box.send = draft => setStateValue("draft", draft)
  box.receive(data)
  return box.close
}

function open(parent) {
  const label = parent.querySelector("label")
  const area = parent.querySelector("textarea, input")
  const help = parent.querySelector(".help")
  const count = parent.querySelector(".count")
  const state = parent.querySelector(".state")
  const own = {
    data: null, send: null,
    base: "",           // the text that the server held, as far as this box knows, when typing began
    sent: null,         // { number, text } of the last sending not yet answered
    trail: [],          // texts sent since then whose answer never came: the server may hold any of them
    refused: null,      // the text that was refused last, until another is kept; it stays in the box, not sent again
    last: 0,            // the number of the last sending
    timer: 0, retry: 0, isLate: false,
  }
  const isDirty = () => area.value !== (own.sent ? own.sent.text : own.base)
  // After a refusal the stored text is sent too: the server still shows what was wrong with the refused one.
  const isUnsent = () => area.value !== (own.sent ? own.sent.text : own.refused ?? own.base)
  const isTooLong = () => area.value.length > own.data.limit

  function remember() {
    if (!own.data.place) return
    try {
      const isKept = own.data.is_form ? area.value === own.data.first : area.value === own.base && !own.sent
      const before = own.data.is_form ? [own.data.first] : beliefs()
      const number = isDirty() ? sendings + 1 : own.last
      if (isKept) sessionStorage.removeItem(own.data.place)
      else sessionStorage.setItem(own.data.place, JSON.stringify({ text: area.value, before, number }))
    } catch { /* no room or not allowed: the text still goes to the server */ }
  }
  function recall() {
    try {
      const kept = own.data.place && JSON.parse(sessionStorage.getItem(own.data.place))
      // A box that is put up anew may find what another text was chosen over. One of a form sends its text again even
      // when the server has it: else it would be remembered without a number, and not be found after a reload.
      if (!kept || kept.number <= own.data.reset || (kept.text === own.data.value && !own.data.is_form)) return
      area.value = kept.text
      own.base = kept.before.pop()
      own.trail = kept.before
      own.timer = setTimeout(flush)
    } catch { /* nothing that could be read */ }
  }
  function forget() {
    try {
      for (const [place, number] of Object.entries(own.data.emptied)) {
        if (JSON.parse(sessionStorage.getItem(place))?.number <= number) sessionStorage.removeItem(place)
      }
    } catch { /* nothing that could be read */ }
  }
  const beliefs = () => [...new Set([...own.trail, own.base])]

  function flush() {
    clearTimeout(own.timer)
    if (own.data && !own.data.disabled && isUnsent() && !isTooLong()) post()
  }
  function post() {
    own.isLate = false
    own.sent = { number: 0, text: area.value }
    send()
  }
  function again() {
    own.isLate = true
    if (own.sent) send()
  }
  function send() {
    const { text } = own.sent
    own.sent.number = own.last = ++sendings
    own.send({ number: sendings, text, before: beliefs() })
    own.trail = [text, ...own.trail.filter(other => other !== text)].slice(0, TRAIL)
    clearTimeout(own.retry)
    own.retry = setTimeout(again, RETRY)
    draw()
  }
  function draw() {
    const { limit, words } = own.data
    const length = area.value.length
    count.textContent = length > limit * 0.9 ? words.count.replace("{length}", length).replace("{limit}", limit) : ""
    count.classList.toggle("over", isTooLong())
    area.setAttribute("aria-invalid", String(isTooLong() || area.value === own.refused))
    state.textContent = isTooLong() ? words.too_long : own.sent && own.isLate ? words.unsaved : ""
    remember()
  }
  function put(text) {
    if (area.value !== text) area.value = text
    own.base = text
    own.sent = null
    own.trail = []
    own.refused = null
    clearTimeout(own.timer)
    clearTimeout(own.retry)
  }
  // The server may keep a text in another form: "007" as 7.
  function show() {
    if (!own.sent && own.refused === null && !isDirty()) put(own.data.value)
  }
  function settle({ confirmed, refused }) {
    if (!own.sent || Math.max(confirmed, refused) < own.sent.number) return
    if (confirmed >= own.sent.number) {
      own.base = own.sent.text
      own.trail = []
      own.refused = null
    } else {
      own.refused = own.sent.text
      own.trail = own.trail.filter(text => text !== own.refused)
    }
    own.sent = null
    clearTimeout(own.retry)
  }

  own.receive = data => {
    const isFirst = own.data === null
    const isChosen = !isFirst && data.reset !== own.data.reset
    own.data = data
    label.textContent = data.label
    label.hidden = data.hide_label
    if (data.hide_label) area.setAttribute("aria-label", data.label)
    area.placeholder = data.placeholder
    if (data.rows) area.rows = data.rows
    area.disabled = data.disabled
    help.textContent = data.help
    settle(data)
    if (!own.sent && data.value === area.value) own.base = area.value
    if (isFirst || isChosen) put(data.value)
    else if (parent.activeElement !== area) show()
    forget()
    if (isFirst) recall()
    draw()
  }
  own.close = () => {
    flush()
    clearTimeout(own.retry)
    window.removeEventListener("pagehide", flush)
    window.removeEventListener("beforeunload", flush)
    document.removeEventListener("visibilitychange", flush)
  }

  area.addEventListener("input", () => {
    clearTimeout(own.timer)
    if (!own.data.waits) own.timer = setTimeout(flush, PAUSE)
    draw()
  })
  if (area instanceof HTMLInputElement) area.addEventListener("keydown", event => { if (event.key === "Enter" && !event.isComposing) flush() })
  area.addEventListener("blur", () => {
    flush()
    show()
  })
  window.addEventListener("pagehide", flush)
  window.addEventListener("beforeunload", flush)
  document.addEventListener("visibilitychange", flush)
  boxes.set(parent, own)
  return own
}
