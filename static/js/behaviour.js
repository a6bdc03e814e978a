// Binds behaviour to elements by their data- attributes, now and after every swap of htmx.

const bound = new WeakMap();

/** Call `setup(element)` once for every element that matches `selector`, also for those that come later. */
export function whenever(selector, setup) {
  const bind = (root) => {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.unshift(root);
    for (const element of found) {
      const done = bound.get(element) ?? bound.set(element, new Set()).get(element);
      if (!done.has(setup)) {
        done.add(setup);
        setup(element);
      }
    }
  };
  bind(document);
  document.addEventListener("htmx:load", (event) => bind(event.detail.elt));
}

/** Listen on the document for an event inside an element that matches `selector`. */
export function on(type, selector, handle) {
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) handle(event, element);
  });
}

/** A sentence of templates/parts/_words.html, with {} filled in. */
export function words(name, filling = "") {
  return (document.getElementById("words")?.dataset[name] ?? "").replace("{}", filling);
}

/** Say something in the page's one status region, also when it is the same as before. */
export function say(text) {
  const region = document.getElementById("spoken");
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = text));
}

/** Whether the person points with a finger: Enter is a newline then, and cards are sheets. */
export const touch = () => matchMedia("(pointer: coarse)").matches;

/** Whether a key event belongs to an input method that still composes. */
export const composes = (event) => event.isComposing || event.keyCode === 229;

/** Esc goes to the layer that opened last: each layer returns true when it took the key. */
const layers = [];
export function onEscape(rank, take) {
  layers.push({ rank, take });
  layers.sort((one, other) => one.rank - other.rank);
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || composes(event) || document.querySelector("dialog[open]:modal")) return;
  if (layers.some(({ take }) => take())) event.preventDefault();
});
