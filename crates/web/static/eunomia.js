// Puts answers on the result page as they come in. Without it the page loads itself again from time to time.
"use strict";

(function () {
  const list = document.querySelector("[data-events]");
  if (!list || !window.EventSource) {
    return;
  }

  function put(id, html) {
    const old = document.getElementById(id);
    const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    if (!old || !fresh || old.outerHTML === fresh.outerHTML) {
      return;
    }
    // An officer who is about to press a button keeps it.
    if (id !== "summary" && old.contains(document.activeElement)) {
      return;
    }
    old.replaceWith(document.adoptNode(fresh));
  }

  const source = new EventSource(list.dataset.events);
  source.addEventListener("section", function (event) {
    const section = JSON.parse(event.data);
    put(section.id, section.html);
  });
  source.addEventListener("closed", function () {
    source.close();
  });
  window.addEventListener("pagehide", function () {
    source.close();
  });
})();
