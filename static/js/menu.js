// data-menu: a <details> that opens a list of actions. Esc and a click elsewhere close it; focus returns to its button.
import { onEscape } from "./behaviour.js";

const opened = () => document.querySelector("[data-menu][open]");

function close(menu, focus) {
  menu.open = false;
  if (focus) menu.querySelector("summary").focus();
}

onEscape(15, () => {
  const menu = opened();
  if (menu) close(menu, true);
  return Boolean(menu);
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    const chose = event.target.closest("[data-menu] a, [data-menu] [type=submit]");
    if (!menu.contains(event.target) || chose) close(menu, false);
  }
});
// A press on words inside the menu gives the focus to what lies around the menu: that is no reason to close it.
let pressed = false;
document.addEventListener("pointerdown", (event) => (pressed = Boolean(opened()?.contains(event.target))), true);
document.addEventListener("keydown", () => (pressed = false), true);
document.addEventListener("focusin", (event) => {
  const menu = opened();
  if (menu && !pressed && !menu.contains(event.target)) close(menu, false);
});
