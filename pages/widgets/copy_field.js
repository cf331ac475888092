// A line to be copied. Over plain HTTP in a local network there is no clipboard to write to, but the old command works.

export default function (component) {
  const { parentElement, data } = component
  const [field, button, state] = ["input", "button", ".state"].map((one) => parentElement.querySelector(one))
  parentElement.querySelector("label").textContent = data.label
  button.textContent = data.words.copy
  if (field.value !== data.value) state.textContent = ""
  field.value = data.value
  field.onfocus = () => field.select()
  button.onclick = async () => {
    field.select()
    state.textContent = (await copied(field)) ? data.words.copied : data.words.by_hand
  }
}

async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value)
    return true
  } catch {
    return document.execCommand("copy")
  }
}
