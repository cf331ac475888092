// Goes on to another page, so that the way back does not lead here again.

export default function (component) {
  location.replace(component.data.address)
}
