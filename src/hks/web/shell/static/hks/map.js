// Maps that are drawn on and swiped over; the pages work without this file.

// Drawing: clicks write corners into the form, and the form is what the server reads.
const draw = document.querySelector(".draw");
const form = document.querySelector("#drawing");
if (draw && form && window.L) {
  const L = window.L;
  const [west, south, east, north] = JSON.parse(draw.dataset.bounds);
  const kinds = JSON.parse(draw.dataset.kinds);
  const measure = form.elements.measure;
  const corners = form.elements.corners;
  const said = draw.querySelector("[role=status]");
  draw.hidden = false;
  document.querySelector(".draw-still").hidden = true;

  // Far from the origin the browser draws badly; the map counts from the terrain's corner.
  const place = ([x, y]) => [y - south, x - west];
  const extent = [[0, 0], [north - south, east - west]];
  const map = L.map(draw.querySelector(".draw-map"), {
    crs: L.CRS.Simple, minZoom: -6, maxZoom: 6, zoomSnap: 0.25, attributionControl: false, doubleClickZoom: false,
    fadeAnimation: false, zoomAnimation: false,
  });
  L.imageOverlay(draw.dataset.image, extent, { className: "draw-ground" }).addTo(map);
  map.fitBounds(extent);

  const named = (text, at, className) => {
    const label = document.createElement("span");
    label.textContent = text;
    L.tooltip({ permanent: true, direction: "center", className }).setLatLng(at).setContent(label).addTo(map);
  };
  for (const [name, x, y] of JSON.parse(draw.dataset.names)) named(name, place([x, y]), "draw-name");

  const shown = (kind, places, name) => {
    const style = { className: `drawn drawn--${kind} ${name}` };
    if (kind === "point" || places.length === 1) return L.circleMarker(places[0], { ...style, radius: 7 });
    return kind === "area" ? L.polygon(places, style) : L.polyline(places, style);
  };
  for (const { number, kind, corners: ring } of JSON.parse(draw.dataset.shapes)) {
    const shape = shown(kind, ring.map(place), "").addTo(map);
    named(number, shape.getCenter?.() ?? shape.getLatLng(), "draw-number");
  }

  const lines = () => corners.value.split("\n").filter((line) => line.trim());
  const read = () =>
    lines()
      .map((line) => line.trim().replaceAll(",", ".").split(/[;\s]+/).map(Number))
      .filter((corner) => corner.length === 2 && corner.every(Number.isFinite));
  let preview = null;
  const tools = draw.querySelectorAll("[data-measure]");
  const redraw = () => {
    preview?.remove();
    for (const tool of tools) tool.setAttribute("aria-pressed", tool.dataset.measure === measure.value);
    const places = read().map(place);
    const kind = kinds[measure.value];
    preview = places.length ? shown(kind, kind === "point" ? places.slice(-1) : places, "drawn--now").addTo(map) : null;
    said.textContent = places.length ? `${said.dataset.some} ${places.length}` : said.dataset.none;
  };
  const write = (list) => {
    corners.value = list.join("\n");
    redraw();
  };

  map.on("click", ({ latlng }) => {
    const [x, y] = [latlng.lng + west, latlng.lat + south];
    if (x < west || x > east || y < south || y > north) return;
    const corner = `${x.toFixed(1)}; ${y.toFixed(1)}`;
    write(kinds[measure.value] === "point" ? [corner] : [...lines(), corner]);
  });
  corners.addEventListener("input", redraw);
  measure.addEventListener("change", redraw);
  for (const tool of tools) {
    tool.addEventListener("click", () => {
      measure.value = tool.dataset.measure;
      redraw();
    });
  }
  draw.querySelector("[data-undo]").addEventListener("click", () => write(lines().slice(0, -1)));
  draw.querySelector("[data-finish]").addEventListener("click", () => form.requestSubmit());
  redraw();
}

// Swiping: the second map lies on the first and a slider says how much of it is seen.
for (const swipe of document.querySelectorAll(".swipe")) {
  const handle = swipe.querySelector(".swipe-handle");
  const range = handle.querySelector("input");
  const move = () => swipe.style.setProperty("--at", `${range.value}%`);
  handle.hidden = false;
  swipe.classList.add("swipe--on");
  range.addEventListener("input", move);
  move();
}
