// data-dialog: the page's one dialog. A fragment that is swapped into it opens it; the browser keeps focus inside.
import { on, whenever } from "./behaviour.js";

whenever("[data-dialog]", (dialog) => {
  let opener = null;
  dialog.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target === dialog) opener ??= document.activeElement;
  });
  dialog.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== dialog) return;
    if (dialog.childElementCount && !dialog.open) dialog.showModal();
    dialog.querySelector("[autofocus]")?.focus();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    if (opener?.isConnected) opener.focus();
    opener = null;
  });
  document.addEventListener("maru:dialog-close", () => dialog.open && dialog.close());
});

on("click", "[data-dialog-close]", (event, button) => {
  const dialog = button.closest("dialog");
  if (!dialog) return;
  event.preventDefault();
  dialog.close();
});
