// Keeps the secret of a launch in the storage of this one frame, where a cookie may be blocked, and hands it back.
"use strict";
const launching = document.getElementById("launching");
const handover = document.getElementById("handover");
if (launching) {
  try {
    sessionStorage.setItem("smart", launching.dataset.secret);
  } catch {
    // No storage either: the cookie has to do.
  }
  location.replace(launching.href);
}
if (handover) {
  let secret = null;
  try {
    secret = sessionStorage.getItem("smart");
  } catch {
    // The page says what to do.
  }
  if (secret) {
    document.getElementById("browser").value = secret;
    handover.requestSubmit();
  }
}
