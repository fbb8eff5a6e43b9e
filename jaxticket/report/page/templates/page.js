"use strict";
for (const figure of document.querySelectorAll(".panels")) {
  for (const box of figure.querySelectorAll("[data-toggle]")) {
    const show = () => {
      for (const curve of figure.querySelectorAll(`[data-curve="${box.dataset.toggle}"]`))
        curve.classList.toggle("off", !box.checked);
    };
    box.addEventListener("change", show);
    show();
  }
}
const orders = {
  moved: (a, b) => b.dataset.moved - a.dataset.moved,
  method: (a, b) => a.dataset.method.localeCompare(b.dataset.method) || orders.moved(a, b),
  change: (a, b) => Math.abs(b.dataset.change) - Math.abs(a.dataset.change),
};
for (const gallery of document.querySelectorAll(".gallery")) {
  const list = gallery.querySelector("ol");
  const buttons = [...gallery.querySelectorAll("[data-sort]")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      list.append(...[...list.children].sort(orders[button.dataset.sort]));
      gallery.querySelector("[role=status]").textContent = `Sorted by ${button.textContent}`;
    });
  }
  list.addEventListener("keydown", (event) => {
    const card = event.target.closest("li");
    const next = {
      ArrowDown: card?.nextElementSibling,
      ArrowUp: card?.previousElementSibling,
      Home: list.firstElementChild,
      End: list.lastElementChild,
    }[event.key];
    if (next === undefined || event.target !== card) return;
    event.preventDefault();
    if (next) next.focus();
  });
}
