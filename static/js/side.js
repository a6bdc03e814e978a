// data-side: the side bar. On a wide screen it folds to a rail; on a phone it is a drawer that keeps focus inside.
import { on, onEscape, words } from "./behaviour.js";

const YEAR = 31536000;
const side = () => document.querySelector("[data-side]");
const isDrawer = () => matchMedia("(max-width: 60rem)").matches;

on("click", "[data-side-fold]", (event, button) => {
  const rail = document.querySelector("[data-shell]").classList.toggle("shell-rail");
  const word = words(rail ? "unfold" : "fold");
  button.setAttribute("aria-expanded", String(!rail));
  button.setAttribute("aria-label", word);
  button.title = word;
  document.cookie = `maru_side=${rail ? "rail" : "wide"};path=/;max-age=${YEAR};samesite=lax`;
});

on("click", "[data-side-open]", (event) => {
  event.preventDefault();
  open();
});
on("click", "[data-side-close]", (event) => {
  event.preventDefault();
  close();
});
on("click", "[data-side] a.side-link", () => isDrawer() && close());
document.addEventListener("click", (event) => {
  const drawer = side();
  if (drawer?.hasAttribute("data-open") && !drawer.contains(event.target) && !event.target.closest("[data-side-open]")) close();
});
onEscape(30, () => Boolean(side()?.hasAttribute("data-open")) && close());

function open() {
  side().setAttribute("data-open", "");
  document.querySelector(".body").inert = true;
  side().querySelector("[data-side-close]").focus();
}

function close() {
  if (!side()?.hasAttribute("data-open")) return false;
  side().removeAttribute("data-open");
  document.querySelector(".body").inert = false;
  document.querySelector("[data-side-open]").focus();
  return true;
}
