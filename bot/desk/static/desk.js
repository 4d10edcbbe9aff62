// The live parts of the desk. Without this script every page still works; it only has to be loaded again.

const CHECK_MS = 600;
const POLL_MS = 10_000;
const RETRY_MS = 5_000;

const told = (name) => document.querySelector(`meta[name=${name}]`).content;
const headers = { "X-Desk-Live": "1", "X-CSRF-Token": told("csrf") };

async function fetchHtml(address) {
  const answer = await fetch(address, { headers });
  if (answer.status === 401) location.reload();
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html").body : null;
}

// Make `old` equal to `fresh` with as few changes as possible: what has the focus, is open or half written stays.
function morph(old, fresh) {
  syncAttributes(old, fresh);
  const known = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
  let place = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const match = wanted.id ? known.get(wanted.id) : place && isAlike(place, wanted) && place;
    if (!match) {
      old.insertBefore(wanted, place);
      continue;
    }
    if (match === place) place = place.nextSibling;
    else old.insertBefore(match, place);
    if (match.nodeType === Node.ELEMENT_NODE) morph(match, wanted);
    else if (match.nodeValue !== wanted.nodeValue) match.nodeValue = wanted.nodeValue;
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

function isAlike(one, other) {
  return one.nodeName === other.nodeName && !one.id;
}

function syncAttributes(old, fresh) {
  for (const { name, value } of fresh.attributes) {
    if (name !== "open" && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
}

function renew(old, fresh) {
  const focused = document.activeElement?.id;
  morph(old, fresh);
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  restoreDrafts();
}

// An event stream that rests while nobody looks at the page, and comes back by itself.
function listen(address, handlers) {
  let stream = null;
  const open = () => {
    if (stream || document.hidden) return;
    stream = new EventSource(address());
    for (const [name, handle] of Object.entries(handlers)) stream.addEventListener(name, handle);
    stream.addEventListener("ended", () => location.reload());
    stream.addEventListener("error", () => {
      if (stream?.readyState !== EventSource.CLOSED) return;
      close();
      setTimeout(open, RETRY_MS);
    });
  };
  const close = () => {
    stream?.close();
    stream = null;
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

for (const lists of document.querySelectorAll("[data-live]")) {
  const refresh = async () => {
    const fresh = await fetchHtml(lists.dataset.live);
    if (!fresh) return;
    const holder = lists.cloneNode(false);
    holder.append(...fresh.childNodes);
    renew(lists, holder);
    showCount(lists);
  };
  const isFirstPage = document.body.classList.contains("inbox");
  if (isFirstPage) listen(() => lists.dataset.news, { changed: refresh });
  setInterval(refresh, POLL_MS);
}

function showCount(lists) {
  const number = lists.querySelector("[data-count=waiting]")?.textContent.trim();
  const title = document.title.replace(/^\(\d+\) /, "");
  document.title = number && number !== "0" ? `(${number}) ${title}` : title;
}

const talk = document.querySelector("[data-talk]");
if (talk) follow(talk);

function follow(talk) {
  const transcript = talk.querySelector(".transcript");
  const lines = transcript.querySelector(".lines");
  let after = talk.dataset.after;
  const isAtEnd = () => transcript.scrollHeight - transcript.scrollTop - transcript.clientHeight < 120;
  const scrollToEnd = () => (transcript.scrollTop = transcript.scrollHeight);

  const addLine = (event) => {
    after = event.lastEventId;
    const line = new DOMParser().parseFromString(event.data, "text/html").querySelector("li");
    if (document.getElementById(line.id)) return;
    const follows = isAtEnd() || line.classList.contains("line-agent");
    transcript.querySelector(".empty")?.remove();
    lines.append(line);
    if (follows) scrollToEnd();
  };
  const renewParts = async () => {
    const fresh = await fetchHtml(`${talk.dataset.talk}/isi`);
    const stays = isAtEnd();
    for (const part of fresh?.children ?? []) renew(document.getElementById(part.id), part);
    if (stays) scrollToEnd();
  };
  if (talk.dataset.follow === "yes") {
    scrollToEnd();
    listen(() => `${talk.dataset.talk}/kabar?setelah=${after}`, { line: addLine, changed: renewParts });
  }
}

// Forms that are sent without leaving the page; what was refused stays in its field.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-send]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  const problem = form.querySelector(".problem");
  problem.hidden = true;
  try {
    const answer = await fetch(form.action, { method: "POST", headers, body: new URLSearchParams(new FormData(form)) });
    if (!answer.ok) throw new Error(await answer.text());
    forgetDraft(form);
    form.reset();
  } catch (error) {
    problem.textContent = error instanceof TypeError ? told("offline") : error.message;
    problem.hidden = false;
  } finally {
    button.disabled = false;
    form.querySelector("textarea")?.focus();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest("form[data-send]")?.requestSubmit();
  if (event.key === "Escape" && location.hash === "#kasus") location.hash = "#percakapan";
});

// A half-written reply survives a reload and a sign-in.
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form) sessionStorage.setItem(form.dataset.draft, event.target.value);
});

function restoreDrafts() {
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const field = form.querySelector("textarea");
    if (!field.value) field.value = sessionStorage.getItem(form.dataset.draft) ?? "";
  }
}

function forgetDraft(form) {
  if (form.dataset.draft) sessionStorage.removeItem(form.dataset.draft);
}

restoreDrafts();

document.querySelector("input.copy")?.addEventListener("focus", (event) => event.target.select());

// A text is checked while it is written, at its line; without script the button does it.
for (const form of document.querySelectorAll("form[data-check]")) {
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => showCheck(form), CHECK_MS);
  });
}

async function showCheck(form) {
  const number = (form.dataset.checks = String(Number(form.dataset.checks ?? 0) + 1));
  const answer = await fetch(form.dataset.check, { method: "POST", headers, body: new URLSearchParams(new FormData(form)) });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  if (number !== form.dataset.checks) return;
  const told = new Map([...fresh.querySelectorAll("[data-mistakes]")].map((one) => [one.dataset.mistakes, one]));
  for (const place of form.querySelectorAll("[data-mistakes]")) {
    place.replaceChildren(...(told.get(place.dataset.mistakes)?.childNodes ?? []));
  }
  for (const one of told.values()) one.remove();
  form.querySelector("[data-check-result]").replaceChildren(...fresh.childNodes);
}

// What is written in a long form outlives a session that ends: it is offered again after signing in, in this tab.
const sent = JSON.parse(sessionStorage.getItem("sent") ?? "null");
if (sent && document.referrer && new URL(document.referrer).pathname === sent.from && location.pathname !== sent.from) {
  sessionStorage.removeItem(sent.key);
  sessionStorage.removeItem("sent");
}
for (const form of document.querySelectorAll("form[data-keep]")) keep(form);

function keep(form) {
  const key = `${form.dataset.keep} ${new URL(form.action).pathname}`;
  const written = () => JSON.stringify([...new FormData(form)].filter(([name]) => name !== "csrf"));
  const store = () => sessionStorage.setItem(key, written());
  const kept = sessionStorage.getItem(key);
  const offer = form.querySelector("[data-kept]");
  if (!offer) store();
  else if (kept && kept !== written()) offer.hidden = false;
  offer?.querySelector("button").addEventListener("click", () => {
    for (const [name, value] of JSON.parse(kept)) form.elements[name].value = value;
    offer.hidden = true;
    form.dispatchEvent(new Event("input"));
  });
  form.addEventListener("input", store);
  form.addEventListener("submit", () => sessionStorage.setItem("sent", JSON.stringify({ key, from: location.pathname })));
}

// On phones the menu is wider than the screen: the page one is on stands in it.
document.querySelector(".topbar nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
