// Keeps the secret of a launch in this one frame, where a cookie may be blocked, and hands it back.
// Browsers that block cookies there give a storage of the frame's own, or, where they deny that too, a frame's name,
// which outlives what it shows. The name is used in a frame only: who may frame us is named by our headers, but any
// page could open a window of ours under a name of its choosing.
"use strict";
const PREFIX = "smart ";
const launching = document.getElementById("launching");
const handover = document.getElementById("handover");
const framed = window.self !== window.top;

function keep(secret) {
  try {
    sessionStorage.setItem("smart", secret);
  } catch {
    if (framed) window.name = PREFIX + secret;
  }
}

function kept() {
  try {
    return sessionStorage.getItem("smart");
  } catch {
    return framed && window.name.startsWith(PREFIX) ? window.name.slice(PREFIX.length) : null;
  }
}

if (launching) {
  keep(launching.dataset.secret);
  location.replace(launching.href);
}
if (handover) {
  const secret = kept();
  if (secret) {
    document.getElementById("browser").value = secret;
    handover.requestSubmit();
  }
}
