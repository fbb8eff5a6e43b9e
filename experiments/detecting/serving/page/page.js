"use strict";
const byId = (id) => document.getElementById(id);
const waiting = [];
let working = false;

/* What an answer looks like: a sign and words, colour comes on top. */
const FORMS = {
  "signs of forgery": { mark: "\u25b2", kind: "signs" },
  "cannot tell": { mark: "\u25c6", kind: "between" },
  "no sign found": { mark: "\u25cf", kind: "no-sign" },
  "no face found": { mark: "\u25cb", kind: "" },
};
const PLAIN = { mark: "", kind: "" };

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function say(text) {
  byId("said").textContent = text;
}

function take(files) {
  const news = [...files].map(makeItem);
  if (!news.length) return;
  byId("none").hidden = true;
  byId("none").after(...news.map((item) => item.node));
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
    state(text, share) {
      part(".state").hidden = text === null;
      part(".state span").textContent = text ?? "";
      const bar = part("progress");
      if (share === undefined || share === null) bar.removeAttribute("value");
      else bar.value = share;
      bar.setAttribute("aria-label", `${item.name}: ${text}`);
    },
  };
  const id = `item-${(makeItem.count = (makeItem.count ?? 0) + 1)}`;
  part("h3").textContent = item.name;
  part("h3").id = id;
  node.setAttribute("aria-labelledby", id);
  for (const what of ["cancel", "again", "save", "remove"])
    item.button(what).setAttribute("aria-label", `${{ cancel: "Cancel", again: "Try again", save: "Download JSON", remove: "Remove" }[what]}: ${item.name}`);
  item.button("cancel").addEventListener("click", () => cancel(item));
  item.button("again").addEventListener("click", () => again(item));
  item.button("remove").addEventListener("click", () => remove(item));
  item.state("waiting for its turn");
  return item;
}

function cancel(item) {
  const place = waiting.indexOf(item);
  if (place >= 0) waiting.splice(place, 1);
  if (item.request) item.request.abort();
  else fail(item, "cancelled");
}

function again(item) {
  item.found.replaceChildren();
  item.button("again").hidden = item.button("remove").hidden = true;
  item.button("cancel").hidden = false;
  item.state("waiting for its turn");
  item.button("cancel").focus();
  waiting.push(item);
  next();
}

function remove(item) {
  const beside = item.node.nextElementSibling ?? item.node.previousElementSibling;
  URL.revokeObjectURL(item.button("save").href);
  item.node.remove();
  const none = !document.querySelector(".item");
  byId("none").hidden = !none;
  const to = none ? byId("files") : beside?.querySelector("[data-do=remove]:not([hidden])");
  (to ?? byId("files")).focus();
  say(`removed ${item.name}`);
}

function end(item) {
  const focused = document.activeElement === item.button("cancel");
  item.request = null;
  item.state(null);
  item.button("cancel").hidden = true;
  item.button("remove").hidden = false;
  if (focused) item.button("remove").focus();
}

function fail(item, why) {
  end(item);
  item.button("again").hidden = false;
  item.found.replaceChildren(element("p", { className: "error", textContent: why }));
  say(`${item.name}: ${why}`);
}

function send(item, done) {
  const most = Number(document.body.dataset.bytes);
  if (item.file.size > most) {
    fail(item, `the file is too large: it has ${megabytes(item.file.size)}, and at most ${megabytes(most)} are taken. Cut it, or scale it down.`);
    return done();
  }
  const request = (item.request = new XMLHttpRequest());
  let read = 0;
  let found = null;
  let refused = null;
  const lines = () => {
    if (request.status !== 200) return;
    const end = request.responseText.lastIndexOf("\n") + 1;
    for (const line of request.responseText.slice(read, end).split("\n").filter(Boolean)) {
      const said = JSON.parse(line);
      if (said.type === "Progress") item.state(said.share === null ? "looking" : `looking, ${percent(said.share)}`, said.share);
      else if (said.type === "Refused") refused = said.sentence;
      else found = said;
    }
    read = end;
  };
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable && event.loaded < event.total)
      item.state(`sending, ${percent(event.loaded / event.total)}`, event.loaded / event.total);
  });
  request.upload.addEventListener("load", () => item.state("looking"));
  request.addEventListener("progress", lines);
  request.addEventListener("load", () => {
    lines();
    if (found) show(item, found);
    else fail(item, refused ?? sentence(request));
    done();
  });
  request.addEventListener("error", () => {
    fail(item, "the program does not answer. If it has ended, start it again on the terminal; then try again.");
    done();
  });
  request.addEventListener("abort", () => {
    fail(item, "cancelled");
    done();
  });
  request.open("POST", "look");
  const type = /^(image|video)\//.test(item.file.type) ? item.file.type : "application/octet-stream";
  request.setRequestHeader("Content-Type", type);
  item.state("sending");
  request.send(item.file);
}

function sentence(request) {
  try {
    return JSON.parse(request.responseText).error;
  } catch {
    return `the program ended the answer early (status ${request.status}). Try again; if that does not help, its terminal says more.`;
  }
}

const percent = (share) => `${Math.round(100 * share)}%`;
const megabytes = (size) => `${(size / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;

function show(item, { finding, pictures }) {
  end(item);
  const answer = finding.answer ?? (finding.faces.length ? "not calibrated" : "no answer");
  const form = FORMS[finding.answer] ?? PLAIN;
  const faces = finding.faces;
  const count = faces.length === 1 ? "1 face" : `${faces.length} faces`;
  const size = finding.width ? `${finding.width} × ${finding.height} pixels, ` : "";
  item.found.append(
    element("p", { className: "answer" }, mark(form), element("strong", { className: form.kind, textContent: answer }),
      element("span", { className: "soft", textContent: `${size}${finding.kind === "crop" ? "taken as a crop" : count}` })),
  );
  if (finding.error) item.found.append(element("p", { className: "error", textContent: `Read only in part: ${finding.error}` }));
  const heard = faces.map((face) => `face ${face.number}: ${words(face)}`).join("; ");
  const shown = element("div", { className: "pictures" });
  finding.pictures.forEach((name, number) => {
    const what = finding.kind === "video" && number === finding.pictures.length - 1 ? "Timeline" : "Faces";
    shown.append(element("img", { src: pictures[name], alt: `${what} of ${item.name}. ${answer}. ${heard}` }));
  });
  if (shown.children.length) item.found.append(shown);
  if (finding.remarks.length) item.found.append(remarks(finding.remarks));
  if (faces.length) item.found.append(element("ol", { className: "faces" }, ...faces.map((face) => card(face, finding, pictures))));
  const save = item.button("save");
  const told = { ...finding, path: item.name };
  save.href = URL.createObjectURL(new Blob([JSON.stringify(told, null, 1)], { type: "application/json" }));
  save.download = `${item.name.replace(/\.\w+$/, "")}.json`;
  save.hidden = false;
  say(`${item.name}: ${answer}, ${count}`);
}

function mark(form) {
  const made = element("span", { className: `mark ${form.kind}`, textContent: form.mark });
  made.setAttribute("aria-hidden", "true");
  return made;
}

function words(face) {
  const low = face.probability_low;
  const interval = low === null ? "" : ` (${low.toFixed(2)} to ${face.probability_high.toFixed(2)})`;
  return `${face.answer ? `${face.answer}, ` : ""}probability of forgery ${face.probability.toFixed(2)}${interval}`;
}

function card(face, finding, pictures) {
  const form = FORMS[face.answer] ?? PLAIN;
  const made = element("li", { className: `face ${form.kind && `${form.kind}-edge`}` });
  if (face.picture) made.append(element("img", { src: pictures[face.picture], alt: `Face ${face.number}: ${words(face)}` }));
  made.append(element("h4", { textContent: `Face ${face.number}` }));
  if (face.answer) made.append(element("p", {}, mark(form), " ", element("strong", { className: form.kind, textContent: face.answer })));
  const low = face.probability_low;
  made.append(element("p", { textContent:
    `probability of forgery ${face.probability.toFixed(2)}` +
    (low === null ? "" : `, 95% interval over frames ${low.toFixed(2)} to ${face.probability_high.toFixed(2)}`) }));
  if (finding.kind === "video") {
    const [first, last] = [face.looks[0], face.looks[face.looks.length - 1]];
    made.append(element("p", { className: "soft", textContent:
      `seen ${face.looks.length} times, ${first.seconds.toFixed(1)} to ${last.seconds.toFixed(1)} s` }));
  }
  made.append(scale(face, finding, form));
  if (face.remarks.length) made.append(remarks(face.remarks));
  return made;
}

/* Probability from 0 to 1 with its interval, and where the answers change. */
function scale(face, finding, form) {
  const made = element("div", { className: `scale ${form.kind}` });
  made.setAttribute("aria-hidden", "true");
  const at = (name, place, width) => {
    const one = element("span", { className: name });
    one.style.left = `${100 * place}%`;
    if (width !== undefined) one.style.width = `${100 * width}%`;
    made.append(one);
  };
  made.append(element("span", { className: "rail" }));
  if (face.probability_low !== null) at("span", face.probability_low, face.probability_high - face.probability_low);
  const unit = finding.kind === "video" ? "Video" : "Picture";
  for (const side of ["lower", "upper"]) {
    const place = Number(document.body.dataset[`${side}${unit}`]);
    if (Number.isFinite(place)) at("limit", place);
  }
  at("dot", face.probability);
  made.append(element("span", { className: "end", textContent: "0: not forged" }), element("span", { className: "end high", textContent: "1: forged" }));
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
