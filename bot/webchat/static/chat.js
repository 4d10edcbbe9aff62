// The live chat: enhances the page's plain forms. What is not yet sent outlives a reload; what was sent twice counts once.

import { fill, find, headDay, named, newMessage, say, showTime, words } from "./bubbles.js";
import { linkNumbers } from "./links.js";

// Older browsers keep the plain page, which does everything but live.
if (!("replaceChildren" in Element.prototype)) throw new Error("This browser is too old for the live chat");

const OUTBOX = "pandu.outbox";
const LARGEST_FILE = 20 * 1024 * 1024;
const LONGEST_TEXT = 10000;
const TYPING_SECONDS = 60;
const LONGEST_WAIT_SECONDS = 30;

const log = find("log");
const messages = find("messages");
const field = find("text");
const fileInput = find("file");
const isTouch = matchMedia("(pointer: coarse)").matches;

let lastId = Number(messages.dataset.lastId);
let holder = messages.dataset.holder;
let typingTimer;

/* ---------- showing messages ---------- */

function append(item, when) {
  messages.append(item);
  headDay(item, when);
}

function receive(shown) {
  if (shown.id <= lastId) return;
  lastId = shown.id;
  const own = shown.client_id && messages.querySelector(`[data-client-id="${CSS.escape(shown.client_id)}"]`);
  const item = own || newMessage(shown.author);
  item.dataset.id = shown.id;
  item.dataset.clientId = shown.client_id || "";
  item.classList.remove("is-pending", "is-failed");
  const follows = isAtEnd();
  fill(item, shown);
  if (!own) append(item, new Date(shown.created_at));
  follow(follows);
  if (shown.client_id) forgetUnsent(shown.client_id);
  showTyping(shown.author === "participant");
}

function showTyping(expected) {
  clearTimeout(typingTimer);
  const shown = expected && holder !== "agent";
  const follows = isAtEnd();
  find("typing").hidden = !shown;
  if (!shown) return;
  follow(follows);
  typingTimer = setTimeout(() => showTyping(false), TYPING_SECONDS * 1000);
}

/* ---------- scrolling ---------- */

function isAtEnd() {
  return log.scrollHeight - log.scrollTop - log.clientHeight < 80;
}

// Go on to the end, or say that there is something new below.
function follow(wanted) {
  if (wanted) log.scrollTop = log.scrollHeight;
  find("to-newest").hidden = wanted;
}

let wasAtEnd = true;
log.addEventListener("scroll", () => {
  wasAtEnd = isAtEnd();
  if (wasAtEnd) find("to-newest").hidden = true;
}, { passive: true });
// A keyboard that opens makes the log smaller; who read the end goes on reading it.
new ResizeObserver(() => { if (wasAtEnd) follow(true); }).observe(log);
find("to-newest").addEventListener("click", () => {
  follow(true);
  field.focus({ preventScroll: true });
});

/* ---------- sending ---------- */

const files = new Map();
const queue = [];
let isSending = false;
let failures = 0;
let wakeUp = () => {};

function unsent() {
  try {
    return JSON.parse(localStorage.getItem(OUTBOX)) || [];
  } catch {
    return [];
  }
}

function keepUnsent(list) {
  try {
    localStorage.setItem(OUTBOX, JSON.stringify(list));
  } catch {
    // A browser without storage sends as well; only a reload would lose what is not sent yet.
  }
}

const forgetUnsent = (id) => keepUnsent(unsent().filter((message) => message.id !== id));

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function post(message, file) {
  if (file) files.set(message.id, file);
  else keepUnsent([...unsent(), message]);
  say(find("problem"), "");
  enqueue(message);
}

function enqueue(message) {
  const item = newMessage("participant");
  const file = files.get(message.id);
  item.dataset.clientId = message.id;
  item.classList.add("is-pending");
  fill(item, { text: message.text, files: file ? [file.name] : [], choices: [], created_at: new Date().toISOString() });
  say(item.querySelector(".note"), words.sending);
  append(item, new Date());
  follow(true);
  queue.push(message);
  sendAll();
}

async function sendAll() {
  if (isSending) return;
  isSending = true;
  while (queue.length) {
    const message = queue[0];
    const item = messages.querySelector(`[data-client-id="${CSS.escape(message.id)}"]`);
    const outcome = await (files.has(message.id) ? sendFile(message, item) : sendText(message));
    if (outcome.again) {
      const follows = isAtEnd();
      say(item.querySelector(".note"), outcome.sentence);
      follow(follows);
      failures += 1;
      await rest();
      continue;
    }
    failures = 0;
    queue.shift();
    forgetUnsent(message.id);
    if (outcome.sentence) fail(item, message, outcome.sentence);
    else settle(item);
  }
  isSending = false;
}

function settle(item) {
  if (item.classList.contains("is-pending")) {
    say(item.querySelector(".note"), "");
    item.classList.remove("is-pending");
    showTyping(true);
  }
  connect();
}

function fail(item, message, sentence) {
  item.classList.add("is-failed");
  say(item.querySelector(".note"), sentence);
  say(find("problem"), sentence);
  if (!message.choice && !field.value) {
    field.value = message.text;
    grow();
  }
}

// Longer after each failure; sooner when the network is back.
function rest() {
  const seconds = Math.min(LONGEST_WAIT_SECONDS, 2 ** Math.min(failures, 5));
  return new Promise((resolve) => {
    wakeUp = resolve;
    setTimeout(resolve, seconds * 1000);
  });
}

function judge(status, text) {
  if (status === 202) return {};
  if (status === 0) return { again: true, sentence: words.not_sent };
  let sentence = words.errors.server;
  try {
    sentence = JSON.parse(text).message || sentence;
  } catch {
    // Somebody between us and the server answered; our own sentence will do.
  }
  return { again: status === 429 || status >= 500, sentence };
}

async function sendText(message) {
  try {
    const answer = await fetch("/chat/messages", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(message),
    });
    return judge(answer.status, await answer.text());
  } catch {
    return judge(0, "");
  }
}

// XMLHttpRequest, because fetch does not tell how far an upload is.
function sendFile(message, item) {
  const form = new FormData();
  form.append("text", message.text);
  form.append("file", files.get(message.id));
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", words.uploading);
  item.querySelector(".files").append(bar);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/chat/files?id=${message.id}`);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    };
    request.onloadend = () => {
      bar.remove();
      const outcome = judge(request.status, request.responseText);
      if (!outcome.again) files.delete(message.id);
      resolve(outcome);
    };
    request.send(form);
  });
}

/* ---------- the form, the choices, the files ---------- */

let chosen = [];

function showChosen() {
  const list = find("chosen");
  list.hidden = !chosen.length;
  list.replaceChildren(...chosen.map((file) => {
    const item = named(file.name);
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", `${words.remove} ${file.name}`);
    button.addEventListener("click", () => {
      chosen = chosen.filter((other) => other !== file);
      showChosen();
      fileInput.focus();
    });
    item.append(button);
    return item;
  }));
}

function refuse(sentence) {
  say(find("problem"), sentence);
  field.focus();
}

fileInput.addEventListener("change", () => {
  const picked = [...fileInput.files];
  fileInput.value = "";
  const tooLarge = picked.some((file) => file.size > LARGEST_FILE);
  const isEmpty = picked.some((file) => !file.size);
  chosen.push(...picked.filter((file) => file.size && file.size <= LARGEST_FILE));
  showChosen();
  const problem = tooLarge ? words.errors.file_too_large : words.errors.file_empty;
  if (tooLarge || isEmpty) refuse(problem);
  else say(find("problem"), "");
});

function submitWritten() {
  const text = field.value.trim();
  if (!text && !chosen.length) return refuse(words.errors.nothing);
  if ([...text].length > LONGEST_TEXT) return refuse(words.errors.too_long);
  const [first, ...others] = chosen;
  post({ id: newId(), text }, first);
  for (const file of others) post({ id: newId(), text: "" }, file);
  chosen = [];
  showChosen();
  field.value = "";
  grow();
  return field.focus({ preventScroll: true });
}

function submitChoice(form) {
  const message = { id: newId(), text: form.elements.text.value };
  if (form.elements.choice.value) message.choice = form.elements.choice.value;
  post(message);
  if (!isTouch) field.focus({ preventScroll: true });
}

document.addEventListener("submit", (event) => {
  if (event.target.id === "leave") return keepUnsent([]);
  event.preventDefault();
  return event.target.id === "composer" ? submitWritten() : submitChoice(event.target);
});

field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submitWritten();
});

function grow() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, 160)}px`;
}
field.addEventListener("input", () => {
  grow();
  say(find("problem"), "");
});

/* ---------- the stream ---------- */

let stream;
let reconnectTimer;
let troubleTimer;

function connect() {
  if (stream && stream.readyState !== EventSource.CLOSED) return;
  clearTimeout(reconnectTimer);
  stream = new EventSource(`/chat/events?after=${lastId}`);
  stream.addEventListener("open", () => {
    clearTimeout(troubleTimer);
    troubleTimer = undefined;
    say(find("connection"), "");
    wakeUp();
  });
  stream.addEventListener("message", (event) => receive(JSON.parse(event.data)));
  stream.addEventListener("state", (event) => {
    holder = JSON.parse(event.data).holder;
    say(find("holder"), words.holders[holder]);
    if (holder === "agent") showTyping(false);
  });
  stream.addEventListener("error", () => {
    troubleTimer = troubleTimer || setTimeout(() => say(find("connection"), words.offline), 3000);
    if (stream.readyState === EventSource.CLOSED) reconnectTimer = setTimeout(connect, 3000);
  });
}

addEventListener("online", () => {
  wakeUp();
  if (stream) connect();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && stream) connect();
});

/* ---------- start ---------- */

document.documentElement.classList.add("js");
fileInput.multiple = true;
find("about").open = matchMedia("(min-width: 64rem)").matches;
messages.querySelectorAll(".day").forEach((heading) => heading.remove());
messages.querySelectorAll(".message time[datetime]").forEach(showTime);
messages.querySelectorAll("[data-author=bot] .text, [data-author=agent] .text").forEach(linkNumbers);
const kept = new Set([...messages.querySelectorAll("[data-client-id]")].map((item) => item.dataset.clientId));
const waiting = unsent().filter((message) => !kept.has(message.id));
keepUnsent(waiting);
waiting.forEach(enqueue);
grow();
follow(true);
const newestTime = messages.querySelector("[data-author=participant]:last-child time[datetime]");
if (newestTime && Date.now() - new Date(newestTime.dateTime) < TYPING_SECONDS * 1000) showTyping(true);
if (lastId) connect();
if (!isTouch) field.focus({ preventScroll: true });
