// data-card: a citation chip whose card opens on hover and on focus; on touch it is a sheet. Esc closes it.
//
// Cards are popovers in the top layer, so that no table or panel can cut them off. Without script the chip is a link.
import { on, onEscape, whenever } from "./behaviour.js";

const GAP = 6;
let opened = null; // {chip, card}
let timer = 0;
let finger = false; // whether the last press was a touch

const cardOf = (chip) => document.getElementById(chip.dataset.card);

whenever("[data-card]", (chip) => {
  chip.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && soon(() => open(chip), 120));
  chip.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && soon(close, 200));
  chip.addEventListener("focus", () => chip.matches(":focus-visible") && open(chip));
  chip.addEventListener("blur", (event) => cardOf(chip)?.contains(event.relatedTarget) || soon(close, 200));
  chip.addEventListener("click", (event) => {
    if (!finger || !cardOf(chip)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    open(chip, true);
    cardOf(chip).querySelector("[data-card-close]")?.focus();
  });
});

whenever(".cite-card", (card) => {
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && soon(close, 200));
});

function soon(work, ms) {
  clearTimeout(timer);
  timer = setTimeout(work, ms);
}

function open(chip, sheet = false) {
  clearTimeout(timer);
  const card = cardOf(chip);
  if (!card || opened?.chip === chip) return;
  close();
  card.toggleAttribute("data-sheet", sheet);
  card.showPopover();
  if (!sheet) place(card, chip);
  chip.setAttribute("data-open", "");
  opened = { chip, card };
}

function close() {
  clearTimeout(timer);
  if (!opened) return false;
  const { chip, card } = opened;
  opened = null;
  const inside = card.contains(document.activeElement);
  if (card.isConnected) card.hidePopover();
  chip.removeAttribute("data-open");
  if (inside && chip.isConnected) chip.focus();
  return true;
}

/** Below the chip, or above it where there is no room; always inside the window. */
function place(card, chip) {
  const at = chip.getClientRects()[0];
  const { offsetWidth: width, offsetHeight: height } = card;
  const below = at.bottom + GAP + height <= innerHeight || at.top < height + GAP;
  const left = Math.max(GAP, Math.min(at.left - 12, innerWidth - width - GAP));
  const top = below ? Math.min(at.bottom + GAP, innerHeight - height - GAP) : at.top - GAP - height;
  card.style.setProperty("left", `${left}px`);
  card.style.setProperty("top", `${Math.max(GAP, top)}px`);
}

onEscape(10, close);
on("click", "[data-card-close]", close);
document.addEventListener("scroll", (event) => {
  if (opened && !opened.card.hasAttribute("data-sheet") && !opened.card.contains(event.target)) close();
}, { capture: true, passive: true });
document.addEventListener("pointerdown", (event) => {
  finger = event.pointerType === "touch";
  if (opened && !opened.card.contains(event.target) && !opened.chip.contains(event.target)) close();
});
document.addEventListener("maru:close-card", close);
