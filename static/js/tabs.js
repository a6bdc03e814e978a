// role=tablist: one tab stop, arrow keys, Home and End. A tab shows the panel that it controls.
import { on, whenever } from "./behaviour.js";

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };
const tabsOf = (tab) => [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];

whenever("[role=tablist]", (list) => {
  const chosen = list.querySelector("[aria-selected=true]") ?? list.querySelector("[role=tab]");
  if (chosen) show(chosen, false);
});

on("click", "[role=tab]", (event, tab) => {
  event.preventDefault();
  show(tab, false);
});

on("keydown", "[role=tab]", (event, tab) => {
  const tabs = tabsOf(tab);
  const place = tabs.indexOf(tab);
  const step = STEPS[event.key];
  const next =
    event.key === "Home" ? tabs[0]
    : event.key === "End" ? tabs.at(-1)
    : step ? tabs[(place + step + tabs.length) % tabs.length]
    : null;
  if (!next) return;
  event.preventDefault();
  show(next, true);
});

function show(tab, focus) {
  for (const each of tabsOf(tab)) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", String(chosen));
    each.tabIndex = chosen ? 0 : -1;
    const panel = document.getElementById(each.getAttribute("aria-controls"));
    if (panel) panel.hidden = !chosen;
  }
  if (focus) tab.focus();
}
