// data-stream: an answer while it is written. The SSE extension of htmx carries and swaps; this file speaks and scrolls.
//
// The live text is hidden from screen readers, because a token is no word; whole sentences go to a polite log. Stages go
// to the status region of the answer itself.
import { whenever, words } from "./behaviour.js";

const SENTENCE = /[^\n]*?(?:[.!?。…]["'”’」)\]]*(?=\s)|\n)/g;
const NEAR = 120;
const READ_ALOUD = 3000; // milliseconds that the last sentences stay in the log, so that a screen reader can finish them

let forgetting = 0;
const announce = () => document.dispatchEvent(new CustomEvent("maru:stream"));

/** Says each sentence once it is whole. */
class Speaker {
  constructor(log) {
    this.log = log;
    this.said = 0;
  }

  hear(text) {
    if (text.length < this.said) this.said = 0;
    let end = this.said;
    for (const match of text.slice(this.said).matchAll(SENTENCE)) {
      this.say(match[0]);
      end = this.said + match.index + match[0].length;
    }
    this.said = end;
  }

  /** Writing is over: what stands there without a full stop is said too. */
  stage(name, text) {
    if (name !== "checking" || this.said >= text.length) return;
    this.say(text.slice(this.said));
    this.said = text.length;
  }

  say(sentence) {
    if (!this.log || !sentence.trim()) return;
    const line = document.createElement("p");
    line.textContent = sentence.replace(/[*_#`>|]+/g, " ").trim();
    this.log.append(line);
  }
}

whenever("[data-stream]", (answer) => {
  const log = document.getElementById("answer-log");
  const speaker = new Speaker(log);
  const scroller = answer.closest("[data-scroller]");
  const exchange = answer.closest("[data-exchange]");
  const live = answer.querySelector("[data-live]");
  let follow = true;
  const watch = () => (follow = Math.abs(scroller.scrollTop - goal(scroller, answer)) < NEAR);
  scroller.addEventListener("scroll", watch, { passive: true });
  clearTimeout(forgetting);
  log?.replaceChildren();
  reach(scroller, answer);
  answer.addEventListener("htmx:sseMessage", (event) => {
    const kind = event.detail.type;
    if (kind === "draft" || kind === "token") speaker.hear(live.textContent);
    if (kind === "stage") speaker.stage(answer.querySelector("[data-stage]")?.dataset.stage, live.textContent);
    if (follow) reach(scroller, answer);
  });
  answer.addEventListener("htmx:sseError", () => lost(answer, true));
  answer.addEventListener("htmx:sseOpen", () => lost(answer, false));
  answer.addEventListener("htmx:sseClose", () => {
    scroller.removeEventListener("scroll", watch);
    // The checked answer may say something else than what was written: the log must not go on saying it.
    forgetting = setTimeout(() => log?.replaceChildren(), READ_ALOUD);
    setTimeout(() => {
      announce();
      const finished = document.getElementById(exchange?.id);
      if (follow && finished) reach(scroller, finished);
    });
  });
  announce();
});

/** Scroll down as far as there is text, and never so far that the beginning of the exchange leaves the window. */
function reach(scroller, within) {
  scroller.scrollTop = goal(scroller, within);
}

function goal(scroller, within) {
  const exchange = within.closest("[data-exchange]") ?? within;
  const top = scroller.scrollTop + exchange.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  return Math.min(scroller.scrollHeight - scroller.clientHeight, top);
}

function lost(answer, is) {
  const note = answer.querySelector("[data-connection]");
  if (note) note.textContent = is ? words("connection") : "";
}

// An answer that came in whole: the badge is read first, and the composer may send again.
document.addEventListener("htmx:load", (event) => {
  const finished = event.detail.elt.matches?.("[data-exchange]") ? event.detail.elt : null;
  if (!finished || finished.querySelector("[data-stream]")) return;
  announce();
});
