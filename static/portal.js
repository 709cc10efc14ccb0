/* Drafts save themselves in this browser until the server has taken them. Every page works without this file. */
(() => {
  "use strict";
  const fields = (form) => [...form.elements].filter((e) => e.name && !["hidden", "file", "submit", "password"].includes(e.type));
  const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const write = (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* a full or closed store: the page works without drafts */ } };
  const clock = () => new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
  const vietnamese = document.documentElement.lang === "vi";
  const say = (form, words) => { const place = form.closest("section")?.querySelector("[data-draft-state]"); if (place) place.textContent = " · " + words; };

  document.querySelectorAll("form[data-draft]").forEach((form) => {
    const key = "draft/" + form.dataset.draft;
    const token = form.elements.token?.value ?? form.elements.revision?.value;
    const kept = read(key);
    if (kept?.sent && kept.sent !== token && document.querySelector(".flash.success")) localStorage.removeItem(key);
    else if (kept && (kept.token === token || form.elements.token) && !form.querySelector(".err")) {
      let restored = false;
      fields(form).forEach((e) => {
        const value = kept.values?.[e.name];
        if (value === undefined) return;
        if (e.type === "radio" || e.type === "checkbox") { if (e.checked !== value.includes(e.value)) { e.checked = !e.checked; restored = true; } }
        else if (e.value !== value[0]) { e.value = value[0]; restored = true; }
        const beside = form.elements[e.dataset.with]; // what stood beside the words when they were typed
        if (beside && kept.values[beside.name]) beside.value = kept.values[beside.name];
      });
      if (restored) say(form, (vietnamese ? "đã khôi phục bản nháp lúc " : "draft restored from ") + kept.at);
    }
    let timer;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const values = {};
        fields(form).forEach((e) => { 
          if ((e.type === "radio" || e.type === "checkbox") && !e.checked) return;
          if (e.dataset.with && e.value === e.defaultValue) return; // left as it was shown: it follows the rows
          (values[e.name] ??= []).push(e.value);
          if (e.dataset.with) values[e.dataset.with] = form.elements[e.dataset.with].value;
        });
        write(key, { values, token, at: clock() });
        say(form, (vietnamese ? "bản nháp tự lưu lúc " : "draft saved at ") + clock());
      }, 400);
    });
    form.addEventListener("submit", () => { const draft = read(key); if (draft) write(key, { ...draft, sent: token }); });
  });

  /* Words about a duty are kept on the server, for they move from the phone to the desk; here nothing is stored. */
  document.querySelectorAll("[data-keep]").forEach((place) => {
    const form = place.closest("form"), prefix = place.dataset.prefix ?? "", unkept = (place.dataset.unkept ?? form.dataset.unkept);
    const state = (place.matches("form") ? place.closest("section") : place).querySelector("[data-draft-state]");
    const discard = place.closest("section")?.querySelector("[data-discards]");
    const isOff = (e) => e.type === "file" || !e.name || e.closest("button") || (["radio", "checkbox"].includes(e.type) && !e.checked);
    const isOurs = (e) => place.contains(e) || (e.type === "hidden" && !e.closest("[data-keep]"));
    const tell = (words, isBad) => { state.textContent = words; state.classList.toggle("err", Boolean(isBad)); };
    let timer, busy, isDirty = false, isShut = false;

    const body = () => {
      const data = new FormData();
      [...form.elements].filter((e) => e.matches("input, select, textarea") && !isOff(e) && isOurs(e)).forEach((e) => data.append(e.name.startsWith(prefix) ? e.name.slice(prefix.length) : e.name, e.value));
      data.set("step", Date.now());
      return data;
    };
    const send = (keepalive) => fetch(place.dataset.keep, { method: "POST", body: body(), keepalive, redirect: "manual", headers: { Accept: "application/json" }, credentials: "same-origin" });
    const later = (ms) => { clearTimeout(timer); timer = setTimeout(save, ms); };
    async function save() {
      if (isShut || busy) return;
      isDirty = false;
      busy = true;
      try {
        const answer = await send(false), said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
        if (answer.ok) { form.elements[prefix + "draft"].value = said.stamp; tell(said.words); if (discard) discard.hidden = !said.stamp; }
        else { isShut = answer.status === 409; isDirty = !isShut; tell(said.words ?? unkept, true); }
      } catch { isDirty = true; tell(unkept, true); }
      busy = false;
      if (isDirty) later(state.classList.contains("err") ? 5000 : 800);
    }
    place.addEventListener("input", (event) => { if (event.target.type !== "file") { isDirty = true; later(800); } });
    const leave = () => {
      if (!isDirty || isShut) return;
      isDirty = false;
      clearTimeout(timer);
      send(true).then((answer) => { if (!answer.ok) throw answer; }).catch(() => { isDirty = true; later(5000); }); // still here: a tab put aside
    };
    addEventListener("pagehide", leave);
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
    form.addEventListener("submit", (event) => { if (event.submitter?.hasAttribute("data-discards")) { isShut = true; clearTimeout(timer); } });
  });

  /* One tick for all rows of a heap. */
  document.querySelectorAll("[data-all]").forEach((all) => {
    all.closest("label").hidden = false;
    all.addEventListener("change", () => document.querySelectorAll(`input[type=checkbox][form="${all.dataset.all}"]`).forEach((e) => { e.checked = all.checked; }));
  });

  /* After an error the first field that needs another look has the focus; where others wrote meanwhile, that is read first. */
  if (!document.querySelector(".since")) document.querySelector(".field.bad :is(input, select, textarea):not([type=hidden])")?.focus();

  /* A second click while the first is on its way does nothing. */
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    if (event.submitter?.hasAttribute("data-stays")) return; // hands a file out: the page stays as it is
    if (event.target.method === "post") event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

  /* The menu of posts closes on Escape and on a click elsewhere. */
  const menu = document.querySelector("details.post");
  if (menu) {
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && menu.open) { menu.open = false; menu.querySelector("summary").focus(); } });
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  }
})();
