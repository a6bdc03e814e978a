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
document.addEventListener("focusin", (event) => {
  const menu = opened();
  if (menu && !menu.contains(event.target)) close(menu, false);
});
