// data-copy="ID": copies the text of <template id=ID>: an answer with its numbered sources.
import { on, say, words } from "./behaviour.js";

on("click", "[data-copy]", async (event, button) => {
  const text = document.getElementById(button.dataset.copy).content.textContent.trim();
  const done = (await written(text)) || selected(text);
  say(words(done ? "copied" : "notCopied"));
  if (!done) return;
  button.setAttribute("data-done", "");
  setTimeout(() => button.removeAttribute("data-done"), 2000);
});

async function written(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission, or no secure context: http on a company's own network
  }
}

function selected(text) {
  const held = document.activeElement;
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "sr";
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  held?.focus();
  return done;
}
