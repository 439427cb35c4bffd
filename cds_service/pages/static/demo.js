// Moves today while the slider moves: the chart is opened on that day and its parts take the place of the old ones.
"use strict";
const REGIONS = ["today", "banner", "cards-region", "record-region", "wire-region", "steps"];
const desk = document.getElementById("desk");
const range = document.getElementById("days");
const day = document.getElementById("day");
const told = document.getElementById("told");
const start = Date.parse(desk.dataset.start);
const locale = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const format = new Intl.DateTimeFormat(locale, {
  day: "numeric", month: locale === "en-GB" ? "short" : "long", year: "numeric", timeZone: "UTC",
});
let waiting = 0;
let asked = 0;
let before = Promise.resolve();

function show() {
  const words = format.format(new Date(start + range.valueAsNumber * 86400000)).replace("Sept", "Sep");
  day.textContent = words;
  range.setAttribute("aria-valuetext", words);
}

async function openChart(mine) {
  if (mine !== asked) return;
  const body = new URLSearchParams(new FormData(desk));
  try {
    const answer = await fetch(desk.action, { method: "POST", body });
    const other = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    if (!answer.ok || !other.getElementById("told")) throw new Error("no chart");
    for (const id of REGIONS) document.getElementById(id).replaceWith(document.importNode(other.getElementById(id), true));
    history.replaceState(null, "", location.pathname);
    told.textContent = other.getElementById("told").dataset.says;
  } catch {
    desk.submit(); // the whole page tells what is the matter
  }
}

range.addEventListener("input", () => {
  show();
  clearTimeout(waiting);
  const mine = ++asked;
  waiting = setTimeout(() => { before = before.then(() => openChart(mine)); }, 300); // one day after the other
});
