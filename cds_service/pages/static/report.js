// The two buttons of a report; without this file the text can be selected, and the browser's own menu prints.
"use strict";
const text = document.getElementById("note-text");
const copy = document.getElementById("copy");
const told = document.getElementById("copy-told");
const print = document.getElementById("print");
if (location.hash.length > 20) history.replaceState(null, "", location.pathname + location.search); // the key
copy.hidden = false;
copy.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(text.value);
    told.textContent = copy.dataset.copied;
  } catch {
    text.focus();
    text.select();
    told.textContent = copy.dataset.failed;
  }
});
print.hidden = false;
print.addEventListener("click", () => window.print());
