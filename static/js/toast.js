// data-toast: what just happened. It goes after ten seconds, and stays while it has the focus or the pointer.
import { on, whenever } from "./behaviour.js";

const STAYS = 10_000;

whenever("[data-toast]", (toast) => {
  let timer = 0;
  const start = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.remove(), STAYS);
  };
  const hold = () => clearTimeout(timer);
  const rest = () => !toast.matches(":hover, :focus-within") && start();
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", rest);
  toast.addEventListener("focusout", () => setTimeout(rest));
  toast.addEventListener("htmx:afterRequest", () => toast.remove());
  for (const older of [...toast.parentElement.querySelectorAll("[data-toast]")].slice(0, -1)) older.remove();
  start();
});

on("click", "[data-toast-close]", (event, button) => button.closest("[data-toast]").remove());
