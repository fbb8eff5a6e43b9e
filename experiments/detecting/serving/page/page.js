"use strict";
const byId = (id) => document.getElementById(id);
const waiting = [];
let working = false;
let count = 0;

/* What an answer looks like: a sign and words; colour comes on top. */
const FORMS = {
  "signs of forgery": { mark: "\u25b2", kind: "signs" },
  "cannot tell": { mark: "\u25c6", kind: "between" },
  "no sign found": { mark: "\u25cf", kind: "no-sign" },
  "no face found": { mark: "\u25cb", kind: "" },
};
const PLAIN = { mark: "", kind: "" };
const NAMES = { cancel: "Cancel", again: "Try again", save: "Download as JSON", remove: "Remove" };

const WAITING = "waiting for its turn";

const percent = (share) => `${Math.round(100 * share)}%`;
const megabytes = (size) => `${(size / 1e6).toLocaleString("en", { maximumSignificantDigits: 3 })} MB`;

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function say(text) {
  byId("said").textContent = text;
}

/* Files */

function take(files) {
  const news = [...files].map(makeItem);
  if (!news.length) return;
  byId("none").hidden = true;
  byId("legend").hidden = false;
  byId("legend").after(...news.map((item) => item.node));
  waiting.push(...news);
  next();
}

/* One file after the other: the program looks at one at a time. */
function next() {
  if (working || !waiting.length) return;
  working = true;
  send(waiting.shift(), () => {
    working = false;
    next();
  });
}

function makeItem(file) {
  const node = byId("item").content.firstElementChild.cloneNode(true);
  const part = (name) => node.querySelector(name);
  const item = {
    file, node,
    name: file.name || "pasted picture",
    button: (what) => part(`[data-do=${what}]`),
    found: part(".found"),
    state(text, share = null) {
      part(".state").hidden = text === null;
      part(".state span").textContent = text ?? "";
      const bar = part("progress");
      bar.hidden = text === WAITING;
      if (share === null) bar.removeAttribute("value");
      else bar.value = share;
      bar.setAttribute("aria-label", `${item.name}: ${text}`);
    },
  };
  const title = part("h3");
  title.textContent = item.name;
  title.id = `item-${++count}`;
  node.setAttribute("aria-labelledby", title.id);
  for (const [what, words] of Object.entries(NAMES))
    item.button(what).setAttribute("aria-label", `${words}: ${item.name}`);
  item.button("cancel").addEventListener("click", () => cancel(item));
  item.button("again").addEventListener("click", () => again(item));
  item.button("remove").addEventListener("click", () => remove(item));
  item.state(WAITING);
  return item;
}

function cancel(item) {
  const place = waiting.indexOf(item);
  if (place >= 0) waiting.splice(place, 1);
  if (item.request) item.request.abort();
  else fail(item, "Cancelled.");
}

function again(item) {
  item.found.replaceChildren();
  item.button("again").hidden = item.button("remove").hidden = true;
  item.button("cancel").hidden = false;
  item.state(WAITING);
  item.button("cancel").focus();
  waiting.push(item);
  next();
}

function remove(item) {
  const beside = item.node.nextElementSibling ?? item.node.previousElementSibling;
  const to = beside?.querySelector("[data-do=remove]:not([hidden])") ?? byId("files");
  if (item.button("save").href) URL.revokeObjectURL(item.button("save").href);
  item.node.remove();
  byId("none").hidden = document.querySelector(".item") !== null;
  byId("legend").hidden = !byId("none").hidden;
  to.focus();
  say(`Removed ${item.name}`);
}

/* Asking */

function send(item, done) {
  const most = Number(document.body.dataset.bytes);
  if (item.file.size > most) {
    fail(item, `The file has ${megabytes(item.file.size)}, and at most ${megabytes(most)} are taken. Cut it, or scale it down.`);
    return done();
  }
  const request = (item.request = new XMLHttpRequest());
  const said = { read: 0, found: null, refused: null };
  const finish = (how) => {
    item.request = null;
    how();
    done();
  };
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable && event.loaded < event.total)
      item.state(`sending, ${percent(event.loaded / event.total)}`, event.loaded / event.total);
  });
  request.upload.addEventListener("load", () => item.state("looking"));
  request.addEventListener("progress", () => hear(item, request, said));
  request.addEventListener("load", () => finish(() => {
    hear(item, request, said);
    if (said.found) show(item, said.found);
    else fail(item, said.refused ?? sentence(request));
  }));
  request.addEventListener("error", () => finish(() =>
    fail(item, "The program does not answer. If it has ended, start it again on its terminal; then try again.")));
  request.addEventListener("abort", () => finish(() => fail(item, "Cancelled.")));
  request.open("POST", "look");
  const type = /^(image|video)\//.test(item.file.type) ? item.file.type : "application/octet-stream";
  request.setRequestHeader("Content-Type", type);
  item.state("sending");
  request.send(item.file);
}

/* An answer is lines of JSON, as far as they have come. */
function hear(item, request, said) {
  if (request.status !== 200) return;
  const end = request.responseText.lastIndexOf("\n") + 1;
  for (const line of request.responseText.slice(said.read, end).split("\n").filter(Boolean)) {
    const message = JSON.parse(line);
    if (message.type === "Found") said.found = message;
    else if (message.type === "Refused") said.refused = message.sentence;
    else if (message.share === null) item.state("looking");
    else item.state(`looking, ${percent(message.share)}`, message.share);
  }
  said.read = end;
}

function sentence(request) {
  try {
    return JSON.parse(request.responseText).error;
  } catch {
    return `The answer broke off (status ${request.status}). Try again; if that does not help, the program's terminal says more.`;
  }
}

/* Answers */

function end(item) {
  const focused = document.activeElement === item.button("cancel");
  item.state(null);
  item.button("cancel").hidden = true;
  item.button("remove").hidden = false;
  if (focused) item.button("remove").focus();
}

function fail(item, why) {
  const text = why[0].toUpperCase() + why.slice(1);
  end(item);
  item.button("again").hidden = false;
  item.found.replaceChildren(element("p", { className: "error", textContent: text }));
  say(`${item.name}: ${text}`);
}

function show(item, { finding, marks, pictures }) {
  end(item);
  const faces = finding.faces;
  const number = faces.length === 1 ? "1 face" : `${faces.length} faces`;
  const answer = finding.answer ?? "no answer: not calibrated";
  const how = finding.kind === "crop" ? "taken as the crop of a face" : number;
  item.found.append(
    element("p", { className: "answer" }, ...marked(finding.answer, answer),
      element("span", { className: "soft", textContent: `${finding.width} × ${finding.height} pixels, ${how}` })),
  );
  if (finding.error)
    item.found.append(element("p", { className: "error", textContent: `Read only in part: ${finding.error}` }));
  if (finding.remarks.length) item.found.append(remarks(finding.remarks));
  if (faces.length) {
    const drawn = finding.pictures.map((name) => picture(name, pictures[name], item, finding));
    const cards = faces.map((face, place) => card(face, finding, marks[place]));
    const list = element("ol", { className: "faces" }, ...cards);
    const parts = finding.kind === "video" ? [list, ...drawn] : [...drawn, list];
    item.found.append(element("div", { className: `pictures ${finding.kind}` }, ...parts));
  }
  offer(item, finding);
  say(`${item.name}: ${answer}${faces.length ? `, ${number}` : ""}`);
}

function offer(item, finding) {
  const save = item.button("save");
  const faces = finding.faces.map((face) => ({ ...face, picture: null }));
  const text = (one) => one.textContent;
  const about = [...document.querySelectorAll(".facts div")].map((fact) => [...fact.children].map(text));
  const notices = [...document.querySelectorAll("header ~ .notice")].map(text);
  const told = JSON.stringify({ ...finding, path: item.name, faces, pictures: [], about, notices }, null, 1);
  save.href = URL.createObjectURL(new Blob([told], { type: "application/json" }));
  save.download = `${item.name.replace(/\.\w+$/, "")}.json`;
  save.hidden = false;
}

function picture(name, encoded, item, finding) {
  const source = `data:image/${name.endsWith(".png") ? "png" : "jpeg"};base64,${encoded}`;
  const told = (faces) => faces.map((face) => `face ${face.number}: ${words(face)}`).join("; ");
  if (name.startsWith("timeline")) {
    const alt = `Scores of every look over time. ${told(finding.faces)}.`;
    const scroll = element("div", { className: "scroll", tabIndex: 0 }, element("img", { src: source, alt }));
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", `Timeline of ${item.name}`);
    return element("figure", { className: "wide" }, scroll);
  }
  const frame = finding.kind === "video" ? Number(/frame_(\d+)/.exec(name)[1]) : 0;
  const faces = finding.faces.filter((face) => face.looks.some((look) => look.frame === frame));
  const seconds = faces[0]?.looks.find((look) => look.frame === frame).seconds;
  const what = finding.kind === "video" ? `Frame at ${seconds.toFixed(1)} s` : "The picture";
  const shown = element("figure", {}, element("img", { src: source, alt: `${what}. ${told(faces)}.` }));
  if (finding.kind === "video") shown.append(element("figcaption", { className: "soft", textContent: what }));
  return shown;
}

function marked(answer, text) {
  const form = FORMS[answer] ?? PLAIN;
  const sign = element("span", { className: `mark ${form.kind}`, textContent: form.mark });
  sign.setAttribute("aria-hidden", "true");
  return [sign, " ", element("strong", { className: form.kind, textContent: text })];
}

function words(face) {
  const low = face.probability_low;
  const interval = low === null ? "" : `, 95% interval over frames ${low.toFixed(2)} to ${face.probability_high.toFixed(2)}`;
  return `${face.answer ? `${face.answer}, ` : ""}probability of forgery ${face.probability.toFixed(2)}${interval}`;
}

function card(face, finding, ends) {
  const form = FORMS[face.answer] ?? PLAIN;
  const made = element("li", { className: `face ${form.kind && `${form.kind}-edge`}` });
  made.append(element("h4", { textContent: `Face ${face.number}` }));
  if (face.answer) made.append(element("p", {}, ...marked(face.answer, face.answer)));
  made.append(element("p", { textContent: words({ ...face, answer: null }) }));
  if (finding.kind === "video") {
    const times = face.looks.map((look) => look.seconds);
    const seen = face.looks.length === 1 ? "seen once" : `seen ${face.looks.length} times`;
    made.append(element("p", { className: "soft", textContent:
      `${seen}, from ${times[0].toFixed(1)} to ${times[times.length - 1].toFixed(1)} s` }));
  }
  made.append(scale(face, ends, form));
  if (face.remarks.length) made.append(remarks(face.remarks));
  return made;
}

/* Probability from 0 to 1 with its interval, and lines where the answer changes. */
function scale(face, ends, form) {
  const made = element("div", { className: `scale ${form.kind}` });
  made.setAttribute("aria-hidden", "true");
  const at = (name, place, width) => {
    const one = element("span", { className: name });
    one.style.left = `${100 * place}%`;
    if (width !== undefined) one.style.width = `${100 * width}%`;
    made.append(one);
  };
  made.append(element("span", { className: "rail" }));
  if (face.probability_low !== null) at("interval", face.probability_low, face.probability_high - face.probability_low);
  for (const place of [ends.lower, ends.upper]) if (place !== null) at("limit", place);
  at("dot", face.probability);
  made.append(
    element("span", { className: "end", textContent: "0: real" }),
    element("span", { className: "end high", textContent: "1: forged" }),
  );
  return made;
}

function remarks(lines) {
  return element("ul", { className: "remarks" }, ...lines.map((textContent) => element("li", { textContent })));
}

byId("files").addEventListener("change", (event) => {
  take(event.target.files);
  event.target.value = "";
});
addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dropping");
});
addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  take(event.dataTransfer.files);
});
addEventListener("paste", (event) => take(event.clipboardData.files));
