// A button that hands one file to the server, once. What is too large is said here, before anything is sent.

export default function (component) {
  const { parentElement, data, setTriggerValue } = component
  const label = parentElement.querySelector("label")
  const input = parentElement.querySelector("input")
  const state = parentElement.querySelector(".state")
  label.textContent = data.label
  parentElement.querySelector(".help").textContent = data.help
  input.accept = data.accept
  input.disabled = data.disabled
  input.onchange = async () => {
    const file = input.files[0]
    if (!file) return
    if (file.size > data.limit) {
      state.textContent = data.words.too_large.replace("{name}", file.name)
    } else {
      state.textContent = data.words.sending
      setTriggerValue("picked", { name: file.name, content: await asBase64(file) })
      state.textContent = ""
    }
    input.value = ""
  }
}

async function asBase64(file) {
  const address = await new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result)
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
  return address.slice(address.indexOf(",") + 1)
}
