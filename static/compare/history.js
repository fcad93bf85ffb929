// The last draws as a plot, in a scale where ten times as long is always as far apart.
const { uPlot } = window;
const KEPT = 40, HEIGHT = 220;
const milliseconds = n => n >= 1000 ? `${n / 1000} s` : `${n} ms`;

export class History {
  constructor(place, sentence) {
    Object.assign(this, { place, sentence, count: 0, draws: [[], [], []] });
    this.build();
    new ResizeObserver(() => this.plot.setSize({ width: place.clientWidth, height: HEIGHT })).observe(place);
    new MutationObserver(() => this.build()).observe(document.documentElement, { attributeFilter: ['data-bs-theme'] });
  }

  add(stock, ours) {
    [++this.count, stock ?? null, ours ?? null].forEach((value, i) => {
      this.draws[i].push(value);
      if (this.draws[i].length > KEPT) this.draws[i].shift();
    });
    this.plot.setData(this.draws);
    this.say();
  }

  say() {
    const [, ...sides] = this.draws, medians = sides.map(median);
    const [stock, ours] = medians.map(n => n === null ? 'no answer' : `${n.toLocaleString([], { maximumFractionDigits: 1 })} ms`);
    const draws = sides[0].length === 1 ? 'One draw' : `Median of the last ${sides[0].length} draws`;
    const text = `${draws}: the library ${stock}, this engine ${ours}.`;
    this.sentence.textContent = text;
    this.place.setAttribute('aria-label', `Milliseconds of the last draws. ${text}`);
  }

  // From the first draw that is kept, with room for ten at least.
  span() {
    const [first = 1] = this.draws[0];
    return [first - 0.5, Math.max(first + 9, this.count) + 0.5];
  }

  // Colours are those of the page, light or dark, so the plot is made anew when they change.
  build() {
    const style = getComputedStyle(document.documentElement), colour = name => style.getPropertyValue(name).trim();
    const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '12px Inter, sans-serif' };
    const series = (label, stroke, dash) => ({ label, stroke, width: 2, dash, points: { show: true, size: 6, fill: colour('--panel') } });
    this.plot?.destroy();
    this.plot = new uPlot({
      width: this.place.clientWidth || 600, height: HEIGHT, legend: { show: false }, cursor: { show: false },
      scales: { x: { time: false, range: () => this.span() }, y: { distr: 3, range: (_, low, high) => [10 ** Math.floor(Math.log10(low ?? 1)), 10 ** Math.ceil(Math.log10(high ?? 1000))] } },
      axes: [
        { ...axis, grid: { show: false }, size: 28, incrs: [1, 2, 5, 10] },
        { ...axis, size: 64, splits: (_, _axis, low, high) => decades(low, high), values: (_, ticks) => ticks.map(milliseconds) },
      ],
      series: [{}, series('library', colour('--notice'), [6, 4]), series('engine', colour('--accent'))],
    }, this.draws, this.place);
  }
}

function decades(low, high) {
  const first = Math.round(Math.log10(low)), last = Math.round(Math.log10(high));
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

function median(values) {
  const sorted = values.filter(value => value !== null).sort((a, b) => a - b), middle = sorted.length >> 1;
  if (!sorted.length) return null;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
