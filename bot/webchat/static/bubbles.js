// How a message looks: made from the page's own template, its text always as text.

import { linked } from "./links.js";

export const find = (id) => document.getElementById(id);
export const words = JSON.parse(find("words").textContent);
const messages = find("messages");

const clock = new Intl.DateTimeFormat("id-ID", { hour: "2-digit", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat("id-ID", { day: "numeric", month: "long", year: "numeric" });

// Show a text, or hide its place when there is none.
export function say(element, text) {
  element.textContent = text;
  element.hidden = !text;
}

// An empty message of an author.
export function newMessage(author) {
  const item = find("message-template").content.firstElementChild.cloneNode(true);
  item.dataset.author = author;
  const label = item.querySelector(".author");
  label.textContent = words.authors[author];
  label.classList.toggle("visually-hidden", author === "bot" || author === "participant");
  return item;
}

// Put what is known into a message; also when it is confirmed.
export function fill(item, shown) {
  const { text, files, choices, downloads = [] } = shown;
  const paragraph = item.querySelector(".text");
  paragraph.replaceChildren(linked(text));
  paragraph.hidden = !text;
  item.querySelector(".files").replaceChildren(...files.map((name, at) => named(name, downloads[at])));
  item.querySelector(".choices").replaceChildren(...choices.map(choiceForm));
  const when = new Date(shown.created_at);
  const time = item.querySelector("time");
  time.dateTime = shown.created_at;
  time.textContent = clock.format(when);
  const nothing = shown.file_refused ? words.refused_file : words.empty_message;
  say(item.querySelector(".note"), shown.file_refused || !(text || files.length) ? nothing : "");
}

// An item of a list with that text; where there is something to fetch, as a link to it.
export function named(name, address) {
  const item = document.createElement("li");
  if (!address) {
    item.textContent = name;
    return item;
  }
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.textContent = name;
  item.append(link);
  return item;
}

function choiceForm(choice, index) {
  const form = find("choice-template").content.firstElementChild.cloneNode(true);
  form.elements.text.value = choice.title;
  form.elements.choice.value = choice.id;
  form.elements.choice.textContent = `${index + 1} · ${choice.title}`;
  return form;
}

// A heading above the first message of each day, in the time of this device.
export function headDay(item, when) {
  const day = calendar.format(when);
  const headings = messages.querySelectorAll(".day");
  if (headings.length && headings[headings.length - 1].textContent.trim() === day) return;
  const heading = named(day);
  heading.className = "day";
  messages.insertBefore(heading, item);
}

// The time of a message on the page, on the clock of this device.
export function showTime(time) {
  const when = new Date(time.dateTime);
  time.textContent = clock.format(when);
  headDay(time.closest(".message"), when);
}
