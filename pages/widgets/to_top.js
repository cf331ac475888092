// Another page, topic or part begins at its top: Streamlit leaves the scroll where the last one ended.

let place

export default function (component) {
  const before = place
  place = component.data.place
  if (before !== undefined && before !== place) {
    document.querySelector(".stMain")?.scrollTo(0, 0)
  }
}
