// A page that shows cases hears which have changed and fetches its own part again. Without it the page still works.
(() => {
  const part = document.querySelector("[data-part]");
  const stamp = document.querySelector("[data-stamp]");
  if (!part || !window.EventSource) return;
  let timer = 0;
  const say = (words, state) => {
    if (!stamp) return;
    stamp.dataset.state = state;
    stamp.lastChild.textContent = words;
  };
  const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  const fetchAgain = async () => {
    const busy = part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
    if (busy) { timer = setTimeout(fetchAgain, 2000); return; }
    const focused = document.activeElement && document.activeElement.id;
    const answer = await fetch(part.dataset.part, { headers: { "x-part": "1" } });
    if (!answer.ok) { say("Not live: open the page again", "off"); return; }
    const top = window.scrollY;
    part.innerHTML = await answer.text();
    window.scrollTo(0, top);
    if (focused && document.getElementById(focused)) document.getElementById(focused).focus();
    say("Live, changed " + clock(), "on");
  };
  const source = new EventSource("/live");
  source.addEventListener("open", () => say("Live", "on"));
  source.addEventListener("error", () => say("Not live since " + clock(), "off"));
  source.addEventListener("cases", (event) => {
    const only = part.dataset.case;
    if (only && event.data !== "all" && !event.data.split(" ").includes(only)) return;
    clearTimeout(timer);
    timer = setTimeout(fetchAgain, 300);
  });
})();

// A day is said with its weekday beside the field: a slip of a week or a month is seen before it is booked.
(() => {
  const words = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  for (const field of document.querySelectorAll("input[type=date], input[type=datetime-local]")) {
    const said = document.createElement("output");
    said.className = "hint";
    said.htmlFor = field.id;
    const say = () => {
      const [year, month, day] = field.value.slice(0, 10).split("-").map(Number);
      said.textContent = day ? words.format(new Date(year, month - 1, day)) : "";
    };
    field.after(said);
    field.addEventListener("input", say);
    say();
  }
})();
