// data-secret: a password that one may look at while typing. data-once: a form that is sent once. data-copy-text: a secret.
import { on, say } from "./behaviour.js";

on("click", "[data-secret-show]", (event, button) => {
  const box = button.closest("[data-secret]").querySelector("input");
  const shown = box.type === "text";
  box.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
  box.focus();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
// A page that comes back from the browser's store may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});

on("click", "[data-copy-text]", async (event, button) => {
  const shown = document.querySelector(button.dataset.copyText);
  getSelection().selectAllChildren(shown); // where the browser allows no copying, it is at least selected
  try {
    await navigator.clipboard.writeText(shown.textContent);
  } catch {
    if (!document.execCommand("copy")) return;
  }
  say(button.dataset.copied);
});
