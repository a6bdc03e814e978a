// data-source: a link to an original that opens beside the answer. data-panel: the place where it opens.
//
// The panel is fetched; focus moves into it, and Esc or its close button gives it back to the chip. Without script, or
// with a modifier key, the link goes to the original's own page.
import { on, onEscape } from "./behaviour.js";

const WAIT = 300; // milliseconds before it shows that one waits
let opener = null;
let folded = false;

on("click", "[data-source]", (event, link) => {
  const panel = document.querySelector("[data-panel]");
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!panel || !plain || event.defaultPrevented) return;
  event.preventDefault();
  document.dispatchEvent(new CustomEvent("maru:close-card"));
  if (!panel.contains(link)) opener = chipFor(link);
  load(link.href, panel);
});

/** From a card the focus goes back to the chip that opened it. */
const chipFor = (link) => {
  const card = link.closest(".cite-card");
  return (card && document.querySelector(`[data-card="${card.id}"]`)) ?? link;
};

async function load(address, panel) {
  const waiting = setTimeout(() => panel.childElementCount || panel.append(skeleton()), WAIT);
  await htmx.ajax("GET", address, { target: panel, swap: "innerHTML" });
  clearTimeout(waiting);
  const source = panel.querySelector("[data-source-view]");
  if (!source) {
    panel.replaceChildren(); // refused: the notice stands under the top bar
    fold(false);
    return;
  }
  fold(true);
  here(source.dataset.sourceView);
  source.focus({ preventScroll: true });
  reveal(source);
}

/** A page that is not there yet: a PDF's first look takes a moment. */
function skeleton() {
  fold(true);
  const section = document.createElement("section");
  section.className = "source";
  section.setAttribute("aria-busy", "true");
  const lines = document.createElement("div");
  lines.className = "skeleton source-body";
  lines.append(...Array.from({ length: 6 }, () => document.createElement("i")));
  section.append(lines);
  return section;
}

/** Bring the quoted words into view, a third from the top. */
function reveal(source) {
  const body = source.querySelector("[data-source-body]");
  const image = source.querySelector("img[data-page-image]");
  const scroll = () => {
    const quoted = source.querySelector("[data-quoted]");
    if (!quoted || !body) return;
    body.scrollTop += quoted.getBoundingClientRect().top - body.getBoundingClientRect().top - body.clientHeight / 3;
  };
  if (image && !image.complete) image.addEventListener("load", scroll, { once: true });
  else scroll();
}

function here(citation) {
  for (const chip of document.querySelectorAll("[data-source][aria-current]")) chip.removeAttribute("aria-current");
  if (!citation) return;
  for (const chip of document.querySelectorAll(`[data-source="${CSS.escape(citation)}"]`)) {
    chip.setAttribute("aria-current", "true");
  }
}

function close() {
  const panel = document.querySelector("[data-panel]");
  if (!panel?.querySelector("[data-source-view]")) return false;
  panel.replaceChildren();
  fold(false);
  here("");
  if (opener?.isConnected) opener.focus();
  opener = null;
  return true;
}

/** While an original stands beside the answer, the side bar is a rail. */
function fold(open) {
  const shell = document.querySelector("[data-shell]");
  if (open && !shell.classList.contains("shell-rail")) folded = shell.classList.toggle("shell-rail", true);
  else if (!open && folded) folded = shell.classList.toggle("shell-rail", false);
}

onEscape(20, close);
on("click", "[data-source-close]", (event) => {
  if (close()) event.preventDefault();
});
document.addEventListener("DOMContentLoaded", () => {
  const source = document.querySelector("main > [data-source-view]");
  if (source) reveal(source);
});
if (document.readyState !== "loading") document.dispatchEvent(new Event("DOMContentLoaded"));
