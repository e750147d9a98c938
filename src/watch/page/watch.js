// Shows what the run sends as server-sent events, and sends it the commands of the buttons.
"use strict";
(() => {
  const element = (id) => document.getElementById(id);
  const body = document.body;
  let status = null;
  let came = 0; // when the status came, by performance.now()
  let connected = false;

  // --- texts ---------------------------------------------------------------------------------------

  const count = (n) => Math.round(n).toLocaleString("en-US");
  const percent = (share) => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
  const value = (x, digits) => (x === null ? "-" : x.toFixed(digits));
  const score = (x) => {
    if (x === null) return "-";
    if (Math.abs(x) >= 1000) return count(x);
    return x.toFixed(Math.abs(x) < 10 ? 2 : 1);
  };
  const duration = (seconds) => {
    const whole = Math.max(Math.round(seconds), 0);
    const two = (n) => String(n).padStart(2, "0");
    return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  };
  const bytes = (n) => {
    const mega = n / 1e6;
    return mega < 1000 ? `${mega.toFixed(0)} MB` : `${(mega / 1000).toFixed(2)} GB`;
  };
  const show = (id, text) => {
    if (element(id).textContent !== text) element(id).textContent = text;
  };
  const made = (name, className, text = "") => {
    const child = document.createElement(name);
    child.className = className;
    child.textContent = text;
    return child;
  };

  // --- status --------------------------------------------------------------------------------------

  const showState = () => {
    const ended = status !== null && status.ended !== null;
    const paused = status !== null && status.paused;
    let state = "training";
    if (ended) state = "ended";
    else if (!connected) state = "lost";
    else if (paused) state = "paused";
    body.className = state;
    const words = {
      training: status !== null && !status.learning ? "training (not learning yet)" : "training",
      paused: "paused",
      lost: status === null ? "connecting" : "connection lost; trying again",
      ended: ended ? `ended: ${status.ended}` : "",
    };
    show("state", words[state]);
    for (const button of document.querySelectorAll("button")) button.disabled = state === "ended" || state === "lost";
    element("pause").dataset.command = paused ? "resume" : "pause";
    show("pause", paused ? "Resume" : "Pause");
  };

  // Between two statuses, time passes.
  const showTime = () => {
    if (status === null) return;
    const still = status.paused || status.ended !== null || !connected;
    const since = still ? 0 : (performance.now() - came) / 1000;
    show("time", duration(status.seconds + since));
    show("left", status.seconds_left === null || status.ended !== null ? "-" : duration(status.seconds_left - since));
  };

  const meters = (id, values, alarm) => {
    const rows = values.map(([name, share]) => {
      const row = document.createElement("tr");
      const cell = made("td", "meter");
      const bar = made("div", share >= alarm ? "alarm" : "");
      bar.style.width = `${100 * Math.min(share ?? 0, 1)}%`;
      cell.append(bar);
      row.append(made("th", "", name), cell, made("td", "n", share === null ? "-" : percent(share)));
      return row;
    });
    element(id).replaceChildren(...rows);
  };

  const showStatus = () => {
    document.title = `${score(status.score)} - ${status.game}`;
    show("game", status.game.split("_").map((word) => word[0].toUpperCase() + word.slice(1)).join(" "));
    const { limit } = status;
    const share = limit === null ? 0 : limit.share;
    element("bar").style.width = `${100 * share}%`;
    element("bar").parentElement.setAttribute("aria-valuenow", String(Math.round(100 * share)));
    show("progress", limit === null ? `${count(status.step)} steps`
      : `${count(limit.done)} of ${count(limit.target)} ${limit.unit} (${percent(share)})`);
    show("episodes", count(status.episode));
    show("speed", `${count(status.steps_per_second ?? 0)} steps/s, ${count(status.frames_per_second ?? 0)} frames/s`);
    show("score", score(status.score));
    const human = (status.score - status.random_score) / (status.human_score - status.random_score);
    const known = status.score !== null && status.human_score !== null && status.random_score !== null;
    if (status.score !== null) {
      show("basis", `mean score of the last ${status.score_episodes} episodes` +
        (known ? `; ${percent(human)} of a human's, above random play` : ""));
    }
    show("epsilon", value(status.epsilon, 3));
    show("loss", value(status.loss, 5));
    show("mean-q", value(status.mean_q, 3));
    show("memory", bytes(status.resident_bytes));
    element("replay-fact").hidden = status.replay_capacity === 0;
    if (status.replay_capacity > 0) show("replay", percent(status.replay_frames / status.replay_capacity));
    meters("shares", status.time_shares.filter(([, part]) => part >= 0.005), Infinity);
    meters("dead", status.dead_units, status.too_many_dead);
    element("notes").replaceChildren(
      ...status.notes.map((note) => made("li", note.startsWith("Warning: ") ? "warning" : "", note)).reverse());
    showCurve();
  };

  // --- the score's curve ---------------------------------------------------------------------------

  const svg = (name, attributes) => {
    const child = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, text] of Object.entries(attributes)) child.setAttribute(key, text);
    return child;
  };

  const showCurve = () => {
    const points = status.curve.map((y, i) => [i, y]).filter(([, y]) => y !== null);
    if (points.length === 0) return;
    const scores = points.map(([, y]) => y);
    const marks = [["random", status.random_score], ["human", status.human_score]].filter(([, y]) => y !== null);
    let low = Math.min(...scores, 0);
    let high = Math.max(...scores);
    // A mark that is far beyond the curve would make it flat.
    const near = marks.filter(([, y]) => y - low <= 2 * (high - low) || high === low);
    for (const [, y] of near) [low, high] = [Math.min(low, y), Math.max(high, y)];
    if (low === high) high = low + 1;
    const x = (i) => (status.curve.length > 1 ? (1000 * i) / (status.curve.length - 1) : 0);
    const y = (s) => 300 - (300 * (s - low)) / (high - low);
    const drawn = [svg("line", { class: "base", x1: 0, x2: 1000, y1: 300, y2: 300 })];
    for (const [, s] of near) drawn.push(svg("line", { x1: 0, x2: 1000, y1: y(s), y2: y(s) }));
    drawn.push(svg("polyline", { points: points.map(([i, s]) => `${x(i).toFixed(1)},${y(s).toFixed(1)}`).join(" ") }));
    element("curve").replaceChildren(...drawn);
    const label = (className, s, text) => {
      const span = made("span", className, text);
      span.style.bottom = `${(100 * (s - low)) / (high - low)}%`;
      return span;
    };
    element("scale").replaceChildren(
      label("value", low, score(low)), label("value", high, score(high)),
      ...near.map(([name, s]) => label("mark", s, `${name} ${score(s)}`)));
    show("last-step", `${count(status.step)} steps`);
  };

  // --- the game ------------------------------------------------------------------------------------

  const kMaxWaiting = 300; // pictures; more come faster than they can be shown
  const pictures = [];

  const showNextPicture = () => {
    let delay = 30;
    if (pictures.length > 0) {
      const { milliseconds, png } = pictures.shift();
      const picture = element("picture");
      picture.src = `data:image/png;base64,${png}`;
      picture.parentElement.classList.add("shown");
      // At the speed of the game, but not later than two seconds after it was played.
      delay = Math.max(Math.min(milliseconds, 2000 / (pictures.length + 1)), 8);
    }
    setTimeout(showNextPicture, delay);
  };
  element("picture").addEventListener("load", (event) => {
    event.target.width = event.target.naturalWidth;
    event.target.height = event.target.naturalHeight;
  });
  showNextPicture();

  // --- the run -------------------------------------------------------------------------------------

  const events = new EventSource("events");
  const setConnected = (now) => {
    connected = now;
    showState();
  };
  events.addEventListener("open", () => setConnected(true));
  events.addEventListener("error", () => {
    if (status !== null && status.ended !== null) events.close();
    setConnected(false);
  });
  events.addEventListener("status", (event) => {
    status = JSON.parse(event.data);
    came = performance.now();
    connected = true;
    showStatus();
    showState();
    showTime();
    if (status.ended !== null) events.close();
  });
  events.addEventListener("picture", (event) => {
    const [milliseconds, png] = event.data.split(" ");
    pictures.push({ milliseconds: Number(milliseconds), png });
    if (pictures.length > kMaxWaiting) pictures.shift();
  });
  setInterval(showTime, 1000);

  for (const button of document.querySelectorAll("button")) {
    button.addEventListener("click", async () => {
      const command = button.dataset.command;
      try {
        const answer = await fetch(command, { method: "POST" });
        show("answer", answer.ok ? `${command}: passed to the run` : `${command}: refused (${answer.status})`);
      } catch {
        show("answer", `${command}: the run cannot be reached`);
      }
    });
  }
  showState();
})();
