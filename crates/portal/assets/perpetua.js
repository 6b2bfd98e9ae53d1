// Improves pages that already work without it. Nothing here decides anything: the server does.
const words = document.body.dataset;
const live = document.getElementById("live");
const say = (text) => { if (live) { live.textContent = ""; requestAnimationFrame(() => { live.textContent = text; }); } };

// Selects that only filter or narrow other selects send their form by themselves; the Show button leaves.
const quicken = (root) => {
  for (const form of root.querySelectorAll("form[data-auto]")) {
    form.querySelectorAll("[data-show]").forEach((button) => { button.hidden = true; });
    form.addEventListener("change", (event) => { if (event.target.matches("select")) form.requestSubmit(); });
  }
  root.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
  root.querySelectorAll("[data-files]").forEach(gather);
};

// Files that are dropped or chosen again join those that were chosen before; each can be left out. The limits are only
// told here: the server looks at every file.
const zones = new WeakMap();
const made = (tag, facts, ...parts) => {
  const part = Object.assign(document.createElement(tag), facts);
  part.append(...parts);
  return part;
};
const sized = (bytes) => {
  const [unit, by] = bytes < 1e3 ? ["byte", 1] : bytes < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / by);
};
const gather = (zone) => {
  if (zones.has(zone)) return;
  const input = zone.querySelector("[type=file]");
  const list = made("ul", { className: "chosen", hidden: true });
  const note = made("p", { className: "err", hidden: true, textContent: zone.dataset.tooMany });
  list.setAttribute("aria-label", zone.dataset.chosen);
  zone.append(made("p", { className: "hint", textContent: zone.dataset.drop }), list, note);
  let held = [];
  const show = () => {
    const chosen = new DataTransfer();
    held.forEach((file) => chosen.items.add(file));
    input.files = chosen.files;
    list.replaceChildren(...held.map((file) => {
      const out = made("button", { type: "button", className: "small", textContent: zone.dataset.leaveOut });
      out.setAttribute("aria-label", `${zone.dataset.leaveOut}: ${file.name}`);
      out.addEventListener("click", () => {
        const at = held.indexOf(file);
        held.splice(at, 1);
        show();
        (list.querySelectorAll("button")[Math.min(at, held.length - 1)] ?? input).focus();
      });
      const line = made("li", {}, made("span", {}, made("strong", { textContent: file.name }), ` ${sized(file.size)}`), out);
      if (file.size > Number(zone.dataset.bytes)) line.append(made("p", { className: "err", textContent: zone.dataset.tooLarge }));
      return line;
    }));
    list.hidden = held.length === 0;
    note.hidden = held.length <= Number(zone.dataset.files);
    const wrong = [...zone.querySelectorAll(".err:not([hidden])")].map((part) => part.textContent);
    say([`${zone.dataset.chosen}: ${held.length}`, ...new Set(wrong)].join(". "));
  };
  const add = (files) => {
    const known = (file) => held.some((one) => one.name === file.name && one.size === file.size && one.lastModified === file.lastModified);
    held = [...held, ...[...files].filter((file) => !known(file))];
    show();
  };
  zones.set(zone, add);
  input.addEventListener("change", () => add(input.files));
};

// Copying a secret empties the clipboard after a minute, when it still holds what we put there or cannot be read.
const copy = async (button) => {
  const source = document.getElementById(button.dataset.copy);
  const text = source.dataset.text ?? source.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const range = document.createRange();
    range.selectNodeContents(source);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    say(words.copyByHand);
    return;
  }
  say(button.hasAttribute("data-secret") ? words.copiedSecret : words.copied);
  if (!button.hasAttribute("data-secret")) return;
  setTimeout(async () => {
    try {
      const held = await navigator.clipboard.readText().catch(() => text);
      if (held === text) { await navigator.clipboard.writeText(""); say(words.cleared); }
    } catch { /* The page is in the background: the browser does not let us clear. */ }
  }, 60_000);
};

// A form marked data-dialog shows the marked part of its answer in a dialog instead of leaving the page.
const showInDialog = async (form, button) => {
  const body = new FormData(form, button);
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(body), credentials: "same-origin" });
  if (answer.redirected) { location.assign(answer.url); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page.querySelector(form.dataset.dialog);
  if (!part) { document.documentElement.replaceWith(document.adoptNode(page.documentElement)); return; }
  const dialog = document.createElement("dialog");
  const heading = part.querySelector("h1, h2");
  heading.id ||= "dialog-title";
  dialog.setAttribute("aria-labelledby", heading.id);
  const close = document.createElement("form");
  close.method = "dialog";
  close.append(Object.assign(document.createElement("button"), { textContent: words.close }));
  part.querySelectorAll("[data-back]").forEach((link) => link.remove());
  dialog.append(document.adoptNode(part), close);
  if (live) dialog.append(live);
  document.body.append(dialog);
  quicken(dialog);
  dialog.addEventListener("close", () => { if (live) document.body.append(live); dialog.remove(); button?.focus(); });
  dialog.showModal();
  (dialog.querySelector("[data-copy]") ?? dialog).focus();
  const link = dialog.querySelector("[data-copy-now]");
  if (link) copy(link);
};

// Uploads show how much has gone; the answer replaces the page, as it would without script.
const upload = (form, button) => {
  const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
  bar.setAttribute("aria-label", words.uploading);
  form.append(bar);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total; });
  request.addEventListener("load", () => {
    if (request.responseURL && request.responseURL !== form.action) { location.assign(request.responseURL); return; }
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    document.body.replaceWith(document.adoptNode(page.body));
    quicken(document);
  });
  request.addEventListener("error", () => { bar.remove(); release(form); say(words.failed); });
  request.send(new FormData(form, button));
};

// A changed quantity shows at once what it credits and ends, as *Recalculate* does without a script.
const recalculations = new WeakMap();
const recalculate = async (form) => {
  const button = form.querySelector("[name=recalculate]");
  const asked = new URLSearchParams(new FormData(form, button));
  const answer = await fetch(form.action, { method: "POST", body: asked, credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const parts = [...form.querySelectorAll("[data-part]")].map((part) => [part, page.querySelector(`[data-part="${part.dataset.part}"]`)]);
  // Another page came, such as that of a window which just closed: it is shown as without a script.
  if (parts.some(([, fresh]) => !fresh)) { recalculations.delete(form); form.requestSubmit(button); return; }
  // What was typed while the answer was on its way gets an answer of its own.
  if (`${asked}` !== `${new URLSearchParams(new FormData(form, button))}`) return;
  for (const [part, fresh] of parts) part.replaceChildren(...[...fresh.childNodes].map((node) => document.adoptNode(node)));
  form.elements.namedItem("amount").value = page.getElementById("f-amount").value;
  for (const field of form.querySelectorAll(".qty")) {
    const wrong = page.getElementById(`${field.id}-err`);
    document.getElementById(`${field.id}-err`)?.remove();
    field.toggleAttribute("aria-invalid", false);
    if (wrong) { field.setAttribute("aria-invalid", "true"); field.parentElement.append(document.adoptNode(wrong)); }
    const about = page.getElementById(field.id)?.getAttribute("aria-describedby");
    if (about) field.setAttribute("aria-describedby", about);
  }
  say(form.querySelector(".totals")?.lastElementChild?.textContent.trim() ?? "");
};
const recalculateSoon = (form, delay) => {
  clearTimeout(recalculations.get(form));
  const timer = setTimeout(() => recalculate(form)
    .catch(() => say(words.failed))
    .finally(() => { if (recalculations.get(form) === timer) recalculations.delete(form); }), delay);
  recalculations.set(form, timer);
};
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (event.target.matches(".qty") && form?.querySelector("[data-part]")) recalculateSoon(form, 400);
});

// The second press of a button that creates something does nothing; the server would notice it too.
const held = new WeakSet();
const release = (form) => {
  held.delete(form);
  form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
};
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  // Nobody submits an amount that was not shown: what was typed last is calculated first.
  if (recalculations.has(form)) { event.preventDefault(); recalculateSoon(form, 0); return; }
  if (held.has(form)) { event.preventDefault(); return; }
  held.add(form);
  event.submitter?.setAttribute("aria-disabled", "true");
  if (form.dataset.dialog) {
    event.preventDefault();
    showInDialog(form, event.submitter).catch(() => say(words.failed)).finally(() => release(form));
  } else if (form.enctype === "multipart/form-data" && form.querySelector("[type=file]")?.files.length) {
    event.preventDefault();
    upload(form, event.submitter);
  } else if (form.dataset.stays !== undefined) {
    setTimeout(() => release(form), 2000);
  }
});
addEventListener("pageshow", () => document.querySelectorAll("form").forEach(release));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector(".menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});

// A slider beside a day: moving it sets the day, letting go asks the server.
for (const slider of document.querySelectorAll("[data-slides]")) {
  const day = document.getElementById(slider.dataset.slides);
  slider.closest("[hidden]")?.removeAttribute("hidden");
  slider.addEventListener("input", () => {
    const at = new Date(`${slider.dataset.from}T00:00:00Z`);
    at.setUTCDate(at.getUTCDate() + Number(slider.value));
    day.value = at.toISOString().slice(0, 10);
  });
  slider.addEventListener("change", () => slider.form.requestSubmit());
}

// One box for all of a page, printing, and files that are dropped on their form.
for (const box of document.querySelectorAll("[data-all]")) {
  [box, ...box.labels].forEach((part) => { part.hidden = false; });
  box.addEventListener("change", () => box.form.querySelectorAll(`[name="${box.dataset.all}"]`).forEach((one) => { one.checked = box.checked; }));
}
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    const form = event.target.closest?.("form");
    const zone = form?.querySelector("[data-files]");
    // Beside a form that takes files the browser would open them and lose what was typed.
    if (document.querySelector("[data-files]")) event.preventDefault();
    if (!zone && !form?.matches(".mass")) return;
    event.preventDefault();
    (zone ?? form).classList.toggle("drop", kind === "dragover");
    if (kind !== "drop") return;
    if (zone) zones.get(zone)?.(event.dataTransfer.files);
    else form.querySelector("[type=file]").files = event.dataTransfer.files;
  });
}

// Groups of digits are looked at while they are typed; the server looks again.
const fits = (group, index) => {
  const [a, b, c, d, e, f] = [...group].map(Number);
  return (6 * a + 5 * b + 4 * c + 3 * d + 2 * e + index % 11 + 1 + f) % 11 === 0;
};
for (const part of document.querySelectorAll("[data-digits]")) {
  part.querySelector("input[name=typed_request]").addEventListener("input", (event) => {
    const groups = event.target.value.replace(/\D/g, "").match(/\d{1,6}/g) ?? [];
    const wrong = groups.findIndex((group, index) => group.length === 6 && !fits(group, index));
    const whole = groups.length === 9 && groups[8].length === 6;
    const note = wrong < 0 ? (whole ? part.dataset.digits : "") : `${part.dataset.wrong}: ${wrong + 1}`;
    part.querySelector("output").textContent = note;
  });
}

// A page that waits for the server (an import) looks again by itself.
const wait = document.querySelector("[data-refresh]");
if (wait) setTimeout(() => location.reload(), 1000 * Number(wait.dataset.refresh));
quicken(document);
document.querySelector(".errors")?.focus();
