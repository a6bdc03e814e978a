// data-composer: the question box. Enter sends exactly once, also with the Korean input method.
//
// A Korean syllable has no candidate window: Enter ends it and means "send". The browser reports that Enter while it
// still composes (isComposing, or key code 229), then ends the composition, and some browsers then report Enter again.
// So an Enter while composing is remembered and sent once at compositionend; what comes twice is sent once. Japanese and
// Chinese use Enter to choose, so that a composition without Hangul at its end drops the remembered Enter.
import { composes, onEscape, touch, whenever } from "./behaviour.js";

const HANGUL = /[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]$/;
const streaming = () => document.querySelector("[data-stream]");

whenever("[data-composer]", (form) => {
  const box = form.querySelector("textarea");
  const state = { composing: false, pending: false, fresh: false, text: "" };
  drafts(form, box);
  grow(box);
  starters(form, box);
  listen(form, box, state);
  requests(form, box, state);
  ghosts(box, state);
});

function listen(form, box, state) {
  box.addEventListener("compositionstart", () => (state.composing = true));
  box.addEventListener("compositionend", (event) => {
    state.composing = false;
    const send = state.pending && HANGUL.test(event.data || box.value);
    state.pending = false;
    if (send) setTimeout(() => submit(form, box, state)); // after the last syllable stands in the box
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.code !== "Enter") {
      if (!composes(event)) state.fresh = false;
      return;
    }
    if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey || touch()) return;
    event.preventDefault();
    if (event.repeat) return;
    if (!composes(event)) submit(form, box, state);
    else if (state.composing) state.pending = true;
    else submit(form, box, state); // Safari ends the composition before it reports the key
  });
  form.addEventListener("submit", (event) => {
    if (!box.value.trim() || streaming()) event.preventDefault();
  });
}

// An edit form opens with the caret behind the question.
whenever("[data-edit] textarea", (box) => box.setSelectionRange(box.value.length, box.value.length));

function submit(form, box, state) {
  // A second report of the same Enter finds the box empty.
  if (state.composing || !box.value.trim() || streaming()) return;
  form.requestSubmit();
}

/** The box is emptied when the request leaves, and filled again when it was refused. */
function requests(form, box, state) {
  form.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target !== form) return;
    state.text = box.value;
    state.fresh = true;
    put(box, "");
    document.getElementById(form.dataset.problems)?.replaceChildren();
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.target !== form || event.detail.successful || box.value) return;
    put(box, state.text);
    box.focus();
  });
}

/** Some input methods write the last syllable once more into the emptied box, before any further key. */
function ghosts(box, state) {
  box.addEventListener("input", () => {
    if (state.fresh && box.value && box.value.length <= 2 && state.text.trimEnd().endsWith(box.value.trim())) put(box, "");
  });
}

function put(box, text) {
  box.value = text;
  box.dispatchEvent(new Event("maru:changed"));
}

/** What was written and not sent survives a reload, for each conversation. */
function drafts(form, box) {
  const key = `maru-draft:${form.dataset.composer || "new"}`;
  const held = sessionStorage.getItem(key);
  if (held && !box.value) box.value = held;
  const keep = () => (box.value ? sessionStorage.setItem(key, box.value) : sessionStorage.removeItem(key));
  box.addEventListener("input", keep);
  box.addEventListener("maru:changed", keep);
}

/** Browsers without field-sizing get the same by script. */
function grow(box) {
  if (CSS.supports("field-sizing", "content")) return;
  const fit = () => {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 192)}px`;
  };
  box.addEventListener("input", fit);
  box.addEventListener("maru:changed", fit);
  fit();
}

/** data-starter: a question that is asked as it stands. Without script it is a link that fills the box. */
function starters(form, box) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-starter]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !form.isConnected || streaming()) return;
    event.preventDefault();
    put(box, link.dataset.starter);
    form.requestSubmit();
  });
}

/** While an answer is written, the button stops it; so does Esc. */
function stop() {
  const form = document.querySelector("[data-stream] [data-stop]");
  form?.requestSubmit();
  return Boolean(form);
}
onEscape(90, stop);
whenever("[data-send]", (button) => {
  const show = () => {
    const busy = Boolean(streaming());
    button.type = busy ? "button" : "submit";
    button.setAttribute("aria-label", busy ? button.dataset.stopLabel : button.dataset.sendLabel);
    button.toggleAttribute("data-busy", busy);
    const box = button.form?.querySelector("textarea");
    if (box) box.placeholder = busy ? (touch() ? box.dataset.busyTouch : box.dataset.busy) : box.dataset.idle;
  };
  button.addEventListener("click", () => button.hasAttribute("data-busy") && stop());
  document.addEventListener("maru:stream", show);
  show();
});
