// What went wrong with a request of htmx: the server's own notice is put where it says; without one, a general sentence.
import { on, words } from "./behaviour.js";

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status < 400) return;
  if (xhr.getResponseHeader("HX-Retarget")) event.detail.shouldSwap = true;
  else tell();
});
document.addEventListener("htmx:sendError", tell);
document.addEventListener("htmx:timeout", tell);

function tell() {
  const place = document.getElementById("problems");
  if (!place) return;
  const notice = document.createElement("p");
  notice.className = "notice notice-bare";
  notice.dataset.tone = "caution";
  notice.textContent = words("noAnswer");
  place.replaceChildren(notice);
}

on("click", "[data-problem-close]", (event, button) => button.closest("[data-problem]").remove());

// The next request that works takes an old notice away.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) document.getElementById("problems")?.replaceChildren();
});
