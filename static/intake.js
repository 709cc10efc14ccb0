/* The review by keyboard. Every key presses a button or opens a link of the page (data-key), so all of it works without this file. */
(() => {
  "use strict";
  const desk = () => document.getElementById("desk");
  if (!desk()) return;
  const ALSO = { ArrowDown: "j", ArrowUp: "k" };
  const FIELDS = "input:not([type=hidden]), textarea, select";
  const keyed = (key) => [...desk().querySelectorAll("[data-key]")].find((e) => e.dataset.key === key && !e.disabled);
  const waiting = [];
  let busy = false;

  const show = (moveFocus) => {
    const hit = desk().querySelector("#source .hit");
    const pane = document.getElementById("source");
    if (hit && pane) pane.scrollTop = hit.offsetTop - pane.clientHeight / 4;
    const row = desk().querySelector("[data-row][aria-current]");
    const first = desk().querySelector(".field.bad :is(input, select, textarea):not([type=hidden])");
    if (moveFocus) (first || row)?.focus({ preventScroll: true });
    if (moveFocus || location.pathname.includes("/drafts/")) row?.scrollIntoView({ block: "nearest" });
  };

  const press = (key) => {
    const target = keyed(key);
    if (!target) return;
    if (target.tagName === "DETAILS") {
      target.open = key === "?" ? !target.open : true;
      (target.querySelector(`form :is(${FIELDS}), form button`) || target.querySelector("summary")).focus();
    } else if (target.matches("input")) target.focus();
    else target.click();
  };

  const next = () => { while (!busy && waiting.length) press(waiting.shift()); };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.metaKey || !desk()) return;
    const field = event.target.closest?.(FIELDS);
    if (field && event.key === "Enter" && event.ctrlKey) {
      field.form?.querySelector("[data-save]")?.click();
      return;
    }
    if (event.ctrlKey) return;
    if (event.key === "Escape") {
      const around = event.target.closest?.("#desk details[data-key]");
      if (around) around.open = false;
      if (field || around) desk().querySelector("[data-row][aria-current]")?.focus();
      return;
    }
    if (field) return;
    const plain = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const key = event.altKey ? "Alt+" + plain : ALSO[plain] || plain;
    const known = ["j", "k", "a", "d", "u", "e", "s", "m", "c", "/", "?", "Alt+ArrowUp", "Alt+ArrowDown"].includes(key);
    if (!known) return;
    event.preventDefault();
    waiting.push(key);
    next();
  });

  /* While one act is on its way the next keys wait for its answer. */
  const ofDesk = (event) => event.detail.target?.id === "desk";
  document.addEventListener("htmx:beforeRequest", (event) => { busy ||= ofDesk(event); });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!ofDesk(event)) return;
    const { xhr } = event.detail;
    if (!xhr.responseText.includes('id="desk"')) { event.detail.shouldSwap = false; location.assign(xhr.responseURL || location.href); return; }
    if ([409, 422].includes(xhr.status)) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.elt?.id === "desk") { busy = false; show(true); next(); } });
  ["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach((name) => document.addEventListener(name, () => { busy = false; waiting.length = 0; }));
  show(false);
})();
