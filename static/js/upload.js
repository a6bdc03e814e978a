// data-upload: files and folders, chosen or dropped, each sent in a request of its own with its progress and its outcome.
import { say, whenever } from "./behaviour.js";

const AT_ONCE = 2;
const LITTER = /^(\.|~\$)|^(thumbs\.db|desktop\.ini)$/i;

whenever("[data-upload]", (form) => {
  const list = document.querySelector("[data-uploads]");
  const waiting = [];
  let running = 0;
  let answered = 0; // how many since the list was looked at; without any there is nothing new to see

  const files = form.querySelector("[data-upload-files]");
  const folder = form.querySelector("[data-upload-folder]");
  for (const input of [files, folder]) {
    input.addEventListener("change", () => {
      take([...input.files].map((file) => ({ file, path: file.webkitRelativePath || "" })));
      input.value = "";
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());

  for (const type of ["dragenter", "dragover"]) {
    addEventListener(type, (event) => {
      if (!event.dataTransfer?.types.includes("Files") || !form.isConnected) return;
      event.preventDefault();
      form.toggleAttribute("data-over", true);
    });
  }
  addEventListener("dragleave", (event) => event.relatedTarget === null && form.removeAttribute("data-over"));
  addEventListener("drop", async (event) => {
    form.removeAttribute("data-over");
    if (!event.dataTransfer?.types.includes("Files") || !form.isConnected) return;
    event.preventDefault();
    take(await dropped(event.dataTransfer));
  });
  addEventListener("beforeunload", (event) => (running || waiting.length) && event.preventDefault());

  function take(found) {
    for (const { file, path } of found) {
      if (LITTER.test(file.name)) continue;
      const item = row(list, file, path);
      if (file.size > Number(form.dataset.most)) fail(item, form.dataset.wordTooLarge);
      else enqueue(item, { file, path });
    }
    list.hidden = !list.childElementCount;
  }

  function enqueue(item, job) {
    item.status.textContent = form.dataset.wordWaiting;
    waiting.push({ item, ...job });
    next();
  }

  function next() {
    while (running < AT_ONCE && waiting.length) {
      running += 1;
      send(waiting.shift());
    }
  }

  function done() {
    running -= 1;
    if (!running && !waiting.length) {
      if (answered) document.body.dispatchEvent(new CustomEvent("maru:uploaded"));
      answered = 0;
      say(form.dataset.wordAllDone);
    }
    next();
  }

  function send({ item, file, path, same }) {
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "begin", "last", "on_same_name"]) {
      body.set(name, form.elements[name]?.value ?? "");
    }
    if (same) body.set("on_same_name", same);
    body.set("path", path);
    body.set("file", file, file.name);
    const xhr = new XMLHttpRequest();
    xhr.open("POST", form.action);
    xhr.setRequestHeader("Maru-Upload", "one");
    xhr.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      item.bar.value = event.loaded / event.total;
      item.status.textContent =
        event.loaded < event.total ? `${Math.floor((100 * event.loaded) / event.total)} %` : form.dataset.wordSent;
    });
    const broken = (why) => {
      fail(item, why || form.dataset.wordBroken);
      offer(item, form.dataset.wordAgain, () => enqueue(item, { file, path, same }));
      done();
    };
    xhr.addEventListener("error", () => broken());
    xhr.addEventListener("abort", () => (item.row.remove(), done()));
    xhr.addEventListener("load", () => {
      const signedOut = new URL(xhr.responseURL).pathname !== new URL(form.action).pathname;
      if (!xhr.responseText.includes('class="outcome"')) return broken(signedOut && form.dataset.wordSignedOut);
      answered += 1;
      settle(item, xhr.responseText);
      if (xhr.status === 409) ask(item, { file, path });
      done();
    });
    item.buttons.replaceChildren();
    item.bar.hidden = false;
    offer(item, form.dataset.wordCancel, () => xhr.abort());
    xhr.send(body);
  }

  function ask(item, job) {
    offer(item, form.dataset.wordReplace, () => enqueue(item, { ...job, same: "replace" }));
    offer(item, form.dataset.wordKeepBoth, () => enqueue(item, { ...job, same: "keep_both" }));
    offer(item, form.dataset.wordLeave, () => {
      item.buttons.replaceChildren();
      item.status.textContent = form.dataset.wordLeft;
    });
  }
});

function row(list, file, path) {
  const item = document.createElement("li");
  const name = document.createElement("b");
  const bar = document.createElement("progress");
  const status = document.createElement("span");
  const buttons = document.createElement("span");
  name.textContent = path || file.name;
  bar.max = 1;
  bar.value = 0;
  bar.hidden = true;
  bar.setAttribute("aria-label", name.textContent);
  status.className = "upload-status";
  buttons.className = "button-row";
  item.append(name, bar, status, buttons);
  list.prepend(item);
  return { row: item, bar, status, buttons, name: name.textContent };
}

function settle(item, html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  item.bar.hidden = true;
  item.buttons.replaceChildren();
  item.status.replaceChildren(...parsed.body.childNodes);
  if (item.status.querySelector("[data-kind=wrong], [data-kind=same_name]")) {
    say(`${item.name}: ${item.status.textContent.trim()}`);
  }
}

function fail(item, text) {
  item.bar.hidden = true;
  item.buttons.replaceChildren();
  const said = document.createElement("span");
  said.className = "wrong";
  said.textContent = text;
  item.status.replaceChildren(said);
  say(`${item.name}: ${text}`);
}

function offer(item, word, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small";
  button.textContent = word;
  button.addEventListener("click", act);
  item.buttons.append(button);
}

/** The files of a drop, those in its folders with the path inside. */
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, path: "" }));
  return (await Promise.all(entries.map((entry) => inside(entry, "")))).flat();
}

async function inside(entry, above) {
  const path = above ? `${above}/${entry.name}` : entry.name;
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ file, path: above ? path : "" }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) break;
    found.push(...some);
  }
  return (await Promise.all(found.map((each) => inside(each, path)))).flat();
}
