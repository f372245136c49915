// The page works without this file. It adds three comforts: what is new or chosen is in view, messages and steps appear
// by themselves, and the second tick of the dialog goes off with the first, as in Telegram's desktop client.
"use strict";

const toEnd = (list) => { list.scrollTop = list.scrollHeight; };

// Only new steps come in: those that somebody has opened stay open.
function showSteps(fresh) {
  const steps = document.getElementById("steps");
  for (const hint of steps.querySelectorAll(":scope > .hint")) hint.remove();
  steps.prepend(...[...fresh.children].filter((step) => !document.getElementById(step.id)));
}

async function follow(list) {
  const { changes, version } = list.dataset;
  const news = await fetch(`${changes}&version=${version}`);
  if (!news.ok) throw new Error("no answer about changes");
  if (String((await news.json()).version) === version) return list;

  const page = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html").getElementById("messages");
  if (!page.ok || !fresh) throw new Error("no fresh messages");
  // Only what is new comes in: a button that somebody is about to press stays where it is.
  for (const hint of list.querySelectorAll(":scope > li:not(.message)")) hint.remove();
  list.append(...[...fresh.querySelectorAll(":scope > li.message")].slice(list.childElementCount));
  showSteps(fresh.ownerDocument.getElementById("steps"));
  Object.assign(list.dataset, fresh.dataset);
  toEnd(list);
  return list;
}

async function followForever(list) {
  for (;;) {
    try {
      list = await follow(list);
    } catch {
      await new Promise((later) => setTimeout(later, 2000));
    }
  }
}

// On a narrow screen the people are one scrolling line.
document.querySelector(".people [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

const messages = document.getElementById("messages");
if (messages) {
  toEnd(messages);
  followForever(messages);
}

const login = document.getElementById("login");
const write = document.getElementById("write");
if (login && write) {
  login.addEventListener("change", () => {
    if (!login.checked) write.checked = false;
    write.disabled = !login.checked;
  });
}
