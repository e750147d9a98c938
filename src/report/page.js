// The page shows everything without this script, too. It adds that a touch anywhere in a learning
// curve chooses the nearest video, and marks the chosen one.
"use strict";
(() => {
  const areas = [...document.querySelectorAll(".area")].filter((area) => area.querySelector(".pin"));
  const radios = [...document.querySelectorAll(".videos > input")];

  const mark = () => {
    const chosen = radios.find((radio) => radio.checked);
    for (const pin of document.querySelectorAll(".pin")) {
      pin.classList.toggle("chosen", chosen !== undefined && pin.htmlFor === chosen.id);
    }
  };

  const nearestPin = (area, x, y) => {
    let nearest = null;
    let least = Infinity;
    for (const pin of area.querySelectorAll(".pin")) {
      const box = pin.getBoundingClientRect();
      const dx = box.left + box.width / 2 - x;
      const dy = box.top + box.height / 2 - y;
      // Along the axis first: the lines are far apart only where there are several.
      const distance = Math.hypot(dx, dy / 20);
      if (distance < least) [nearest, least] = [pin, distance];
    }
    return nearest;
  };

  for (const area of areas) {
    area.classList.add("choosable");
    area.addEventListener("click", (event) => {
      if (event.target.closest(".pin")) return;
      document.getElementById(nearestPin(area, event.clientX, event.clientY).htmlFor).checked = true;
      mark();
    });
  }
  for (const radio of radios) radio.addEventListener("change", mark);
  // Nothing moves unasked for those who prefer that.
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    for (const radio of radios) radio.checked = false;
  }
  mark();
})();
