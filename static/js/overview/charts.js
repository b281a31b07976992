// Draws the charts from the page's own tables, which stay below them; each can be taken along as a PNG.
import { init } from "../../vendor/echarts.js";

const INK = "#33404f", BLUE = "#14508c", TARGET = "#b3400b";
const FONT = '"Be Vietnam Pro", sans-serif';
const number = new Intl.NumberFormat("vi-VN", { maximumFractionDigits: 1 });

function read(table) {
  return [...table.tBodies[0].rows].map((row) => {
    const cell = row.querySelector("td");
    return { label: row.querySelector("th").textContent, value: "value" in cell.dataset ? Number(cell.dataset.value) : null };
  });
}

const shared = { animation: false, backgroundColor: "#fff", textStyle: { fontFamily: FONT, color: INK, fontSize: 13 } };
const text = { color: INK, fontFamily: FONT, fontSize: 13 };

function line(rows, target) {
  const least = Math.min(target, ...rows.map((row) => row.value).filter((value) => value !== null));
  return {
    ...shared,
    grid: { left: 55, right: 55, top: 30, bottom: 35 },
    xAxis: { type: "category", data: rows.map((row) => row.label), axisLabel: text },
    yAxis: { type: "value", min: Math.max(0, Math.floor(least / 10) * 10 - 10), max: 100, axisLabel: { ...text, formatter: "{value}%" } },
    series: [
      {
        type: "line", data: rows.map((row) => row.value), symbolSize: 9, lineStyle: { width: 3 }, color: BLUE,
        label: { ...text, show: true, position: "bottom", formatter: (point) => `${number.format(point.value)}%` },
      },
      {
        type: "line", data: rows.map(() => target), symbol: "none", color: TARGET, lineStyle: { type: "dashed", width: 2 },
        endLabel: { ...text, show: true, color: TARGET, formatter: "mục tiêu", align: "right", verticalAlign: "bottom", offset: [0, -4] },
      },
    ],
  };
}

function bar(rows) {
  const upwards = [...rows].reverse();
  return {
    ...shared,
    grid: { left: 150, right: 60, top: 5, bottom: 5 },
    xAxis: { type: "value", show: false },
    yAxis: { type: "category", data: upwards.map((row) => row.label), axisLabel: { ...text, width: 140, overflow: "truncate" }, axisTick: { show: false } },
    series: [{
      type: "bar", data: upwards.map((row) => row.value), color: BLUE,
      label: { ...text, show: true, position: "right", formatter: (point) => number.format(point.value) },
    }],
  };
}

function keep(chart, name) {
  const link = document.createElement("a");
  link.href = chart.getDataURL({ type: "png", pixelRatio: 2 });
  link.download = `${name}.png`;
  link.click();
}

function draw(table) {
  const rows = read(table);
  if (!rows.some((row) => row.value !== null)) return;
  const place = document.createElement("div");
  place.className = "chart";
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", `Biểu đồ ${table.dataset.name}; số liệu ở bảng bên dưới`);
  table.parentElement.before(place);
  const chart = init(place, null, { renderer: "canvas", devicePixelRatio: Math.max(2, window.devicePixelRatio) });
  chart.setOption(table.dataset.chart === "line" ? line(rows, Number(table.dataset.target)) : bar(rows));
  new ResizeObserver(() => chart.resize()).observe(place);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.textContent = "Tải ảnh PNG";
  button.addEventListener("click", () => keep(chart, table.dataset.name));
  table.closest(".card").querySelector(".chart-head").append(button);
}

await document.fonts.ready;
document.querySelectorAll("[data-chart]").forEach(draw);
