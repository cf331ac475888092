// The card that the address asked for comes into sight and gets the focus, once; it may be drawn a little later.

const PATIENCE = 15000

let done

export default function (component) {
  const { card, asked } = component.data
  if (done === asked) return
  done = asked
  const end = Date.now() + PATIENCE
  const look = () => {
    const found = document.getElementsByClassName(card)[0]
    if (found) {
      found.tabIndex = -1
      found.focus({ preventScroll: true })
      found.scrollIntoView({ block: "start" })
    } else if (Date.now() < end) {
      setTimeout(look, 100)
    }
  }
  look()
}
